package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A descriptor that a handler cannot even be asked about is unsupported; the client learns so and may go on.
@ExtendWith(NothingLeaks.class)
class UnknowableDescriptorTest {

    @TempDir
    Path folder;

    private void assertUnsupported(OwnedFd fd, FdHandler... handlers) throws Exception {
        try (var desk = new Desk(folder, handlers)) {
            desk.box("b");
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "e", 0, false), fd))
                    .isInstanceOf(Refused.UnsupportedFd.class);
        }
    }

    private static FdHandler[] builtIn() {
        return HandlerRegistry.handlersOnClassPath().toArray(FdHandler[]::new);
    }

    @Test
    void aHandlerThatFailsToLookDoesNotOwnTheKind() throws Exception {
        var red = new FakeHandler("red");
        red.onRecognise = FakeHandler.failing("blind");
        try (OwnedFd fd = red.make("text")) {
            assertUnsupported(fd, red);
        }
    }

    private void assertPath(OwnedFd fd) throws Exception {
        try (var desk = new Desk(folder, builtIn())) {
            desk.box("b");
            desk.call(ROOT, new Request.Put("b", "e", 0, false), fd);
            var listed = (Reply.Entries) desk.call(ROOT, new Request.ListEntries("b"));
            assertThat(listed.entries()).extracting(EntryInfo::kind).containsExactly("path");
        }
    }

    @Test
    void aSocketsPathIsNoSocket() throws Exception {
        var address = new UnixAddress(folder.resolve("socket").toString());
        try (OwnedFd _ = UnixSocket.listen(address, SocketFacts.STREAM, 1);
                OwnedFd path = OpenFile.open(address.text(), OpenFlags.PATH)) {
            assertPath(path);
        }
    }

    @Test
    void whatOnlyLeadsToAPipeOrToAnEventfdIsNone() throws Exception {
        try (Pipe.Ends pipe = Pipe.create();
                OwnedFd path = OpenFile.reopen(pipe.read(), OpenFlags.PATH)) {
            assertPath(path);
        }
        try (OwnedFd eventFd = EventFd.create(0, false, false);
                OwnedFd path = OpenFile.reopen(eventFd, OpenFlags.PATH)) {
            assertPath(path);
        }
    }
}
