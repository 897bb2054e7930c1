package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Member;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A pipe comes back with both ends, what waits in it, and its capacity; one end alone keeps its box open.
@ExtendWith(NothingLeaks.class)
class PipeHandlerTest {

    private final PipeHandler handler = new PipeHandler();
    private final Restoring restoring = new Restoring();
    private final List<OwnedFd> restored = new ArrayList<>();
    private Pipe.Ends pipe;

    @BeforeEach
    void make() {
        pipe = Pipe.create();
    }

    @AfterEach
    void close() {
        pipe.close();
        restored.forEach(OwnedFd::close);
        restoring.close();
    }

    private OwnedFd back(Saved saved) throws Exception {
        OwnedFd fd = restoring.restore(handler, saved);
        restored.add(fd);
        return fd;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothEndsInEitherOrder(boolean readFirst) throws Exception {
        Pipe.write(pipe.write(), "waiting".getBytes());
        Saved readEnd = restoring.preserve(handler, pipe.read());
        Saved writeEnd = restoring.preserve(handler, pipe.write());
        OwnedFd first = back(readFirst ? readEnd : writeEnd);
        OwnedFd second = back(readFirst ? writeEnd : readEnd);
        OwnedFd read = readFirst ? first : second;
        OwnedFd write = readFirst ? second : first;
        assertThat(new FdFacts(read).flags() & OpenFlags.ACCESS_MODE).isEqualTo(OpenFlags.RDONLY);
        assertThat(new FdFacts(write).flags() & OpenFlags.ACCESS_MODE).isEqualTo(OpenFlags.WRONLY);
        Pipe.write(write, ", more".getBytes());
        assertThat(Pipe.read(read, 13)).asString().isEqualTo("waiting, more");
        assertThat(Pipe.read(pipe.read(), 7)).as("the original is not emptied").asString()
                .isEqualTo("waiting");
    }

    /// Which may have the same number as another one of today.
    @Test
    void aPipeOfAnEarlierBootIsNotJoinedWithOneOfAnother() throws Exception {
        OwnedFd read = back(restoring.preserve(handler, pipe.read()).with("bootId", "earlier"));
        OwnedFd write = back(restoring.preserve(handler, pipe.write()));
        assertThat(new FdFacts(read).stat().inode()).isNotEqualTo(new FdFacts(write).stat().inode());
    }

    @Test
    void endsThatAnEarlierVersionSavedAreJoined() throws Exception {
        OwnedFd read = back(restoring.preserve(handler, pipe.read()).without("bootId"));
        OwnedFd write = back(restoring.preserve(handler, pipe.write()).without("bootId"));
        assertThat(new FdFacts(read).stat().inode()).isEqualTo(new FdFacts(write).stat().inode());
    }

    @Test
    void theEndOfTheWritersIsSeenByTheReader() throws Exception {
        OwnedFd read = back(restoring.preserve(handler, pipe.read()));
        OwnedFd write = back(restoring.preserve(handler, pipe.write()));
        restoring.close();
        Pipe.write(write, "x".getBytes());
        write.close();
        assertThat(Pipe.read(read, 100)).asString().isEqualTo("x");
    }

    @Test
    void anEmptyPipeAndAFullOne() throws Exception {
        assertThat(Pipe.waiting(back(restoring.preserve(handler, pipe.read())))).isZero();
        try (Pipe.Ends full = Pipe.create()) {
            Pipe.write(full.write(), new byte[(int) Pipe.capacity(full.read())]);
            OwnedFd back = back(restoring.preserve(handler, full.read()));
            assertThat(Pipe.waiting(back)).isEqualTo(Pipe.capacity(full.read()));
        }
    }

    @Test
    void itsCapacityAndItsFlags() throws Exception {
        Pipe.setCapacity(pipe.read(), 1 << 18);
        OpenFile.setStatusFlags(pipe.read(), OpenFlags.NONBLOCK);
        OwnedFd read = back(restoring.preserve(handler, pipe.read()));
        OwnedFd write = back(restoring.preserve(handler, pipe.write()));
        assertThat(Pipe.capacity(write)).isEqualTo(1 << 18);
        assertThat(OpenFlags.names(new FdFacts(read).flags())).containsExactly("rdonly", "nonblock");
        assertThat(OpenFlags.names(new FdFacts(write).flags())).containsExactly("wronly");
    }

    @Test
    void severalDescriptionsOfOneEndBelongToOnePipe() throws Exception {
        try (OwnedFd another = OpenFile.reopen(pipe.write(), OpenFlags.WRONLY)) {
            OwnedFd read = back(restoring.preserve(handler, pipe.read()));
            OwnedFd one = back(restoring.preserve(handler, pipe.write()));
            OwnedFd two = back(restoring.preserve(handler, another));
            assertThat(Fds.same(one, two)).isFalse();
            Pipe.write(one, "1".getBytes());
            Pipe.write(two, "2".getBytes());
            assertThat(Pipe.read(read, 2)).asString().isEqualTo("12");
        }
    }

    @Test
    void differentPipesStayDifferent() throws Exception {
        try (Pipe.Ends other = Pipe.create()) {
            OwnedFd read = back(restoring.preserve(handler, pipe.read()));
            OwnedFd otherWrite = back(restoring.preserve(handler, other.write()));
            Pipe.write(otherWrite, "x".getBytes());
            assertThat(Pipe.waiting(read)).isZero();
        }
    }

    private Member member(String name, OwnedFd fd) {
        return new Member(name, handler.compatible(), fd);
    }

    @Test
    void oneEndAloneKeepsTheBoxOpen() throws Exception {
        Member read = member("r", pipe.read());
        Member write = member("w", pipe.write());
        assertThatThrownBy(() -> handler.seal(read, List.of(read))).hasMessageContaining("only the read end");
        assertThatThrownBy(() -> handler.seal(write, List.of(write)))
                .hasMessageContaining("only the write end");
        handler.seal(read, List.of(read, write));
        handler.seal(write, List.of(write, read));
        try (Pipe.Ends other = Pipe.create()) {
            Member strange = member("s", other.write());
            assertThatThrownBy(() -> handler.seal(read, List.of(read, strange)))
                    .isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void propertiesThatCannotBeAreRefusedAndLeaveNothingOpen() throws Exception {
        Saved saved = restoring.preserve(handler, pipe.read());
        for (Saved bad : List.of(
                saved.with("capacity", 0xffffffffL), saved.with("capacity", -1L), saved.without("capacity"),
                saved.with("pipe", "x"), saved.with("flags", List.of("strange")), saved.without("end"))) {
            assertThatThrownBy(() -> restoring.restore(handler, bad))
                    .as(bad.properties().toString())
                    .isInstanceOf(HandlerRefusal.class);
        }
    }
}
