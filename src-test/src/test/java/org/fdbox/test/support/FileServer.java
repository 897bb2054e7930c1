package org.fdbox.test.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file system of one file (fuse(4)), in a mount namespace of the test's own, whose server can fall silent.
public final class FileServer implements AutoCloseable {

    private final MountSpace space;
    private final Process server;
    private final Path file;

    private FileServer(MountSpace space, Process server, Path file) {
        this.space = space;
        this.server = server;
        this.file = file;
    }

    /// Skips the test where there can be none.
    ///
    /// @param folder of the test, in which it is mounted
    public static FileServer start(Path folder) throws Exception {
        assumeTrue(Shell.has("python3"), "python3 is not installed");
        assumeTrue(Files.isWritable(Path.of("/dev/fuse")),
                "there is no /dev/fuse, or it is not for this user");
        Path at = Files.createDirectory(folder.resolve("served"));
        MountSpace space = MountSpace.open();
        Process server = null;
        try {
            var command = new ArrayList<>(space.wrapper());
            command.addAll(List.of(Programs.python(),
                    Path.of(FileServer.class.getResource("/python/file_server.py").toURI()).toString(),
                    at.toString()));
            server = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = server.inputReader().readLine();
            assumeTrue("ready".equals(said), "no file system can be served: " + said);
            return new FileServer(space, server, at.resolve("file"));
        } catch (Exception | Error impossible) {
            if (server != null) {
                server.destroyForcibly();
            }
            space.close();
            throw impossible;
        }
    }

    /// What runs the rest of its arguments where the file can be seen.
    public List<String> wrapper() {
        return space.wrapper();
    }

    /// The file, as seen from here.
    public Path file() {
        return space.seen(file);
    }

    /// From now on it answers nothing.
    public void fallSilent() throws Exception {
        signal("STOP");
    }

    public void speak() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        Shell.run(List.of("sh", "-c", "kill -" + name + " " + server.pid()));
    }

    /// Whoever waits for an answer gets an error.
    @Override
    public void close() {
        server.destroyForcibly();
        server.onExit().join();
        space.close();
    }
}
