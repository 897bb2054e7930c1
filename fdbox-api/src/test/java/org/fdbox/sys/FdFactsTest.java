package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a handler can ask of a descriptor without touching it.
@ExtendWith(NoLeak.class)
class FdFactsTest {

    private static final int F_GETFL = 3;

    @Test
    void theLinkNamesAFileAndSaysWhenItIsGone(@TempDir Path folder) throws Exception {
        Path path = Files.createFile(folder.toRealPath().resolve("grüße.txt"));
        try (OwnedFd fd = OpenFile.open(path.toString(), OpenFlags.RDONLY)) {
            assertThat(new FdFacts(fd).link()).isEqualTo(path.toString());
            Files.delete(path);
            assertThat(new FdFacts(fd).link()).isEqualTo(path + " (deleted)");
        }
    }

    @Test
    void theLinkNamesWhatHasNoPath() {
        try (OwnedFd memfd = Memfd.create("ram");
                OwnedFd eventFd = EventFd.create(0, false, false);
                Pipe.Ends pipe = Pipe.create();
                var sockets = UnixSocket.pair()) {
            assertThat(new FdFacts(memfd).link()).isEqualTo("/memfd:ram (deleted)");
            assertThat(new FdFacts(eventFd).link()).isEqualTo("anon_inode:[eventfd]");
            assertThat(new FdFacts(pipe.read()).link()).matches("pipe:\\[\\d+]");
            assertThat(new FdFacts(sockets.one()).link()).matches("socket:\\[\\d+]");
        }
    }

    @Test
    void aLongPathIsWhole(@TempDir Path folder) throws Exception {
        Path deep = folder.toRealPath();
        while (deep.toString().length() < 3500) {
            deep = deep.resolve("x".repeat(200));
        }
        Files.createDirectories(deep);
        try (OwnedFd fd = OpenFile.open(deep.toString(), OpenFlags.RDONLY)) {
            assertThat(new FdFacts(fd).link()).isEqualTo(deep.toString());
        }
    }

    @Test
    void flagsAreThoseOfTheOpenFileDescription() {
        try (Pipe.Ends pipe = Pipe.create()) {
            assertThat(new FdFacts(pipe.read()).flags() & OpenFlags.ACCESS_MODE).isEqualTo(OpenFlags.RDONLY);
            assertThat(new FdFacts(pipe.write()).flags() & OpenFlags.ACCESS_MODE).isEqualTo(OpenFlags.WRONLY);
            OpenFile.setStatusFlags(pipe.write(), OpenFlags.NONBLOCK);
            assertThat(new FdFacts(pipe.write()).flags() & OpenFlags.NONBLOCK).isNotZero();
        }
    }

    @Test
    void eachQuestionIsAskedOnce() {
        var calls = new AtomicInteger();
        Kernel counting = (call, a, b, c, d, e, f) -> {
            boolean question = call == SystemCall.STATX
                    || call == SystemCall.READLINKAT
                    || call == SystemCall.GETSOCKNAME
                    || call == SystemCall.FCNTL && b == F_GETFL;
            calls.addAndGet(question ? 1 : 0);
            return Kernel.SYSTEM.call(call, a, b, c, d, e, f);
        };
        try (var pair = UnixSocket.pair();
                OwnedFd socket = Kernels.through(counting, pair.one())) {
            var facts = new FdFacts(socket);
            for (int i = 0; i < 3; i++) {
                assertThat(facts.stat()).isSameAs(facts.stat());
                assertThat(facts.socket()).isSameAs(facts.socket());
                assertThat(facts.link()).isSameAs(facts.link());
                assertThat(facts.flags()).isEqualTo(facts.flags());
            }
        }
        assertThat(calls).hasValue(4);
    }

    @Test
    void aClosedDescriptorHasNoFacts() {
        OwnedFd fd = Memfd.create("x");
        fd.close();
        var facts = new FdFacts(fd);
        assertThatIllegalStateException().isThrownBy(facts::stat);
        assertThatIllegalStateException().isThrownBy(facts::flags);
        assertThatIllegalStateException().isThrownBy(facts::link);
        assertThatIllegalStateException().isThrownBy(facts::socket);
    }

    @Test
    void fdinfoTellsWhatHasNoCallOfItsOwn() {
        try (OwnedFd eventFd = EventFd.create(0x1f, true, false)) {
            FdInfo info = FdInfo.of(eventFd);
            assertThat(info.get("eventfd-count")).as("hexadecimal").isEqualTo("1f");
            assertThat(info.get("eventfd-semaphore")).isEqualTo("1");
            assertThat(info.has("pos")).isTrue();
            assertThat(info.has("tfd")).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> info.get("tfd"))
                    .withMessageContaining("tfd");
        }
    }
}
