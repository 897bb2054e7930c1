package org.fdbox.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Answers the first message of every connection with the same bytes, whatever was asked, and ends the connection.
final class CannedDaemon implements AutoCloseable {

    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Path socket;
    private final byte[] answer;
    private final Thread thread = new Thread(this::serve, "canned-daemon");

    /// @param socket where it listens, until it is closed
    CannedDaemon(Path socket, String answer) throws IOException {
        this.socket = socket;
        this.answer = answer.getBytes(StandardCharsets.UTF_8);
        listener.bind(UnixDomainSocketAddress.of(socket));
        thread.start();
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = listener.accept()) {
                    answer(client);
                }
            }
        } catch (ClosedChannelException end) {
            return;
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void answer(SocketChannel client) {
        try {
            client.read(ByteBuffer.allocate(1 << 16));
            client.write(ByteBuffer.wrap(answer));
        } catch (IOException alreadyGone) {
            // It only looked whether somebody is here.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.delete(socket);
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
