package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.HugePages;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A memory file of huge pages comes back as one, if the pool has room for what is in it.
@ExtendWith(NothingLeaks.class)
class HugetlbMemfdHandlerTest {

    private final HugetlbMemfdHandler handler = new HugetlbMemfdHandler();
    private final Restoring restoring = new Restoring();
    private long pageSize;

    @BeforeEach
    void pages() {
        assumeTrue(!HugePages.sizes().isEmpty(), "this kernel has no huge pages");
        pageSize = HugePages.sizes().getFirst();
    }

    @AfterEach
    void close() {
        restoring.close();
    }

    /// Of holes only, so that it needs no page.
    private OwnedFd empty(int pages) {
        OwnedFd memfd = HugePages.memfd("huge", pageSize);
        OpenFile.truncate(memfd, pages * pageSize);
        return memfd;
    }

    private Saved savedWith(byte[] text, long offset) throws Exception {
        try (OwnedFd memfd = empty(2)) {
            Saved saved = restoring.preserve(handler, memfd);
            Contents.write(saved.payload(), text, offset);
            return saved;
        }
    }

    @ParameterizedTest
    @CsvSource({"rdonly, 0", "wronly, 1", "rdwr, 2"})
    void withSizePagesNameSealsPositionAndAccessMode(String name, int access) throws Exception {
        try (OwnedFd memfd = empty(3)) {
            Memfd.addSeals(memfd, List.of("shrink", "write"));
            OpenFile.chmod(memfd, 0640);
            try (OwnedFd other = OpenFile.reopen(memfd, access)) {
                OpenFile.seek(other, 5);
                assertThat(handler.examine(other, new FdFacts(other), SELF).survival())
                        .isEqualTo(Survival.CONTENTS);
                try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, other))) {
                    assertThat(handler.describe(back)).isEqualTo(handler.describe(other))
                            .containsEntry("pageSize", pageSize).containsEntry("size", 3 * pageSize);
                    assertThat(OpenFlags.names(new FdFacts(back).flags())).containsExactly(name);
                }
            }
        }
    }

    @Test
    void withItsContents() throws Exception {
        assumeTrue(HugePages.free(pageSize) >= 2,
                "the pool of huge pages is empty (/proc/sys/vm/nr_hugepages)");
        byte[] text = "across two pages".getBytes(StandardCharsets.UTF_8);
        Saved saved = savedWith(text, pageSize - 6);
        try (OwnedFd back = restoring.restore(handler, saved);
                OwnedFd again = restoring.restore(handler, restoring.preserve(handler, back))) {
            assertThat(Contents.read(again, pageSize - 6, text.length)).isEqualTo(text);
            assertThat(Contents.read(again, 0, 100)).containsOnly(0);
        }
    }

    @Test
    void aPoolWithoutRoomIsToldAndNothingIsMade() throws Exception {
        assumeTrue(HugePages.free(pageSize) == 0, "the pool of huge pages has room");
        Saved saved = savedWith("x".getBytes(StandardCharsets.UTF_8), 0);
        assertThatThrownBy(() -> restoring.restore(handler, saved))
                .isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining("no room")
                .hasMessageContaining("nr_hugepages");
    }

    @Test
    void propertiesThatCannotBeAreRefused() throws Exception {
        try (OwnedFd memfd = empty(1)) {
            Saved saved = restoring.preserve(handler, memfd);
            for (Saved bad : List.of(
                    saved.with("pageSize", 0L), saved.with("pageSize", 4096L), saved.with("pageSize", 3L),
                    saved.without("pageSize"), saved.with("size", 0L), saved.with("size", -pageSize),
                    saved.with("position", -1L), saved.with("seals", List.of("unknown")),
                    saved.with("flags", List.of("unknown")), saved.without("mode"),
                    saved.without("memfdName"))) {
                assertThatThrownBy(() -> restoring.restore(handler, bad))
                        .as(bad.properties().toString())
                        .isInstanceOf(HandlerRefusal.class);
            }
        }
    }
}
