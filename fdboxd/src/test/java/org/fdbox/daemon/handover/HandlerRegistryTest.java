package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// One handler for each name; a switched-off one owns nothing.
@ExtendWith(NothingLeaks.class)
class HandlerRegistryTest {

    private final FakeHandler red = new FakeHandler("red");

    @Test
    void aSecondHandlerOfTheSameNameIsRefused() {
        List<FdHandler> twice = List.of(red, new FakeHandler("red"));
        assertThatThrownBy(() -> new HandlerRegistry(twice, Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test,red-v1");
        assertThat(new HandlerRegistry(twice, Set.of("test,red-v1")).infos()).isEmpty();
    }

    @Test
    void theKindOfASwitchedOffHandlerIsNobodys() {
        try (OwnedFd fd = red.make("x")) {
            assertThat(new HandlerRegistry(List.of(red), Set.of()).recognise(new FdFacts(fd))).contains(red);
            var without = new HandlerRegistry(List.of(red), Set.of("test,red-v1"));
            assertThat(without.recognise(new FdFacts(fd))).isEmpty();
            assertThat(without.named("test,red-v1")).isEmpty();
        }
    }

    @Test
    void aMemfdIsNobodysWhereMemfdsAreSwitchedOff() {
        try (OwnedFd fd = red.make("x")) {
            assertThat(HandlerRegistry.load(Set.of("fdbox,memfd-v1")).recognise(new FdFacts(fd))).isEmpty();
        }
    }

    @Test
    void theBuiltInOnesAreFoundAndNamedSo() {
        assertThat(HandlerRegistry.load(Set.of()).infos())
                .extracting(info -> info.kind() + " " + info.handover())
                .contains(
                        "memfd contents", "eventfd contents", "pipe contents", "file reopen",
                        "directory reopen",
                        "hugetlb-memfd contents", "unlinked-file contents", "fifo contents", "path reopen",
                        "namespace reopen", "bpf reopen", "tap reopen", "block-device live",
                        "char-device reopen", "unix-listener reopen", "connected-socket live")
                .contains("message-queue live", "inotify live", "dma-buf live");
        assertThat(HandlerRegistry.load(Set.of()).infos()).allMatch(info -> info.origin().equals("built in"));
    }
}
