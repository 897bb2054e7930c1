package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A memfd comes back with its contents, holes, seals, name, position, access mode, flags and permission
/// bits.
@ExtendWith(NothingLeaks.class)
class MemfdHandlerTest {

    private final MemfdHandler handler = new MemfdHandler();
    private final Restoring restoring = new Restoring();

    @AfterEach
    void close() {
        restoring.close();
    }

    private OwnedFd roundTrip(OwnedFd memfd) throws Exception {
        Saved saved = restoring.preserve(handler, memfd);
        OwnedFd back = restoring.restore(handler, saved);
        assertThat(handler.describe(back)).isEqualTo(handler.describe(memfd));
        return back;
    }

    static Stream<List<String>> seals() {
        return Stream.of(
                List.of(), List.of("seal"), List.of("shrink"), List.of("grow"), List.of("write"),
                List.of("future-write"),
                List.of("shrink", "grow"), List.of("seal", "shrink", "grow", "write", "future-write"));
    }

    @ParameterizedTest
    @MethodSource("seals")
    void withEverySeal(List<String> seals) throws Exception {
        try (OwnedFd memfd = Fds.memfd("sealed")) {
            if (!seals.isEmpty()) {
                Memfd.addSeals(memfd, seals);
            }
            try (OwnedFd back = roundTrip(memfd)) {
                assertThat(Memfd.seals(back)).isEqualTo(seals);
                assertThat(Fds.text(back)).isEqualTo("sealed");
            }
        }
    }

    @Test
    void withItsHoles() throws Exception {
        try (OwnedFd memfd = Memfd.create("holes")) {
            long size = 64L << 20;
            OpenFile.truncate(memfd, size);
            Contents.write(memfd, "far".getBytes(StandardCharsets.UTF_8), size - 4096);
            try (OwnedFd back = roundTrip(memfd);
                    OwnedFd seekable = OpenFile.reopen(back, OpenFlags.RDONLY)) {
                assertThat(Contents.read(back, size - 4096, 3)).asString().isEqualTo("far");
                assertThat(Contents.dataExtents(seekable, size)).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"rdonly, 0", "wronly, 1", "rdwr, 2"})
    void withItsAccessMode(String name, int access) throws Exception {
        try (OwnedFd memfd = Fds.memfd("text");
                OwnedFd other = OpenFile.reopen(memfd, access);
                OwnedFd back = roundTrip(other)) {
            assertThat(OpenFlags.names(new FdFacts(back).flags())).containsExactly(name);
            assertThat(Fds.text(back)).isEqualTo("text");
            if (access == OpenFlags.RDONLY) {
                assertThatThrownBy(() -> Contents.write(back, new byte[1], 0))
                        .isInstanceOf(SystemCallException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {OpenFlags.RDWR, OpenFlags.WRONLY})
    void withTheAppendFlag(int access) throws Exception {
        try (OwnedFd memfd = Fds.memfd("text");
                OwnedFd appending = OpenFile.reopen(memfd, access | OpenFlags.APPEND);
                OwnedFd back = roundTrip(appending)) {
            assertThat(OpenFlags.names(new FdFacts(back).flags())).contains("append");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3, 1L << 40})
    void withItsPositionWhichIsNotMovedBySaving(long position) throws Exception {
        try (OwnedFd memfd = Fds.memfd("text")) {
            OpenFile.seek(memfd, position);
            try (OwnedFd back = roundTrip(memfd)) {
                assertThat(OpenFile.position(memfd)).isEqualTo(position);
                assertThat(OpenFile.position(back)).isEqualTo(position);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ram", "with space", "ü", "a (deleted)", "/memfd:x"})
    void withItsName(String name) throws Exception {
        try (OwnedFd memfd = Memfd.create(name); OwnedFd back = roundTrip(memfd)) {
            assertThat(new FdFacts(back).link()).isEqualTo("/memfd:" + name + " (deleted)");
        }
    }

    @Test
    void withItsPermissionBits() throws Exception {
        try (OwnedFd memfd = Fds.memfd("text")) {
            OpenFile.chmod(memfd, 0640);
            try (OwnedFd back = roundTrip(memfd)) {
                assertThat(Stat.of(back).permissions()).isEqualTo(0640);
            }
        }
    }

    @Test
    void whatIsReadableSurvivesWithItsContents() {
        try (OwnedFd memfd = Fds.memfd("text");
                OwnedFd writeOnly = OpenFile.reopen(memfd, OpenFlags.WRONLY)) {
            for (OwnedFd fd : List.of(memfd, writeOnly)) {
                assertThat(handler.examine(fd, new FdFacts(fd), Users.SELF).survival())
                        .isEqualTo(Survival.CONTENTS);
            }
        }
    }

    @Test
    void aNameThatWasNotUtf8IsShortened() throws Exception {
        try (OwnedFd memfd = Fds.memfd("text")) {
            Saved saved = restoring.preserve(handler, memfd).with("memfdName", "\ufffd".repeat(249));
            try (OwnedFd back = restoring.restore(handler, saved)) {
                assertThat(Fds.text(back)).isEqualTo("text");
            }
        }
    }

    @Test
    void propertiesThatCannotBeAreRefused() throws Exception {
        try (OwnedFd memfd = Fds.memfd("text")) {
            Saved saved = restoring.preserve(handler, memfd);
            for (Saved bad : List.of(
                    saved.with("size", 3L), saved.with("size", -1L), saved.with("size", "4"),
                    saved.with("position", -1L), saved.with("seals", List.of("unknown")),
                    saved.with("seals", List.of(1L)),
                    saved.with("flags", List.of("unknown")), saved.with("mode", "rwx"),
                    saved.with("owner", -1L), saved.with("owner", 1L << 32),
                    saved.with("group", 0xffff_ffffL),
                    saved.without("memfdName"), saved.without("flags"))) {
                assertThatThrownBy(() -> restoring.restore(handler, bad))
                        .as(bad.properties().toString())
                        .isInstanceOf(HandlerRefusal.class);
            }
        }
    }
}
