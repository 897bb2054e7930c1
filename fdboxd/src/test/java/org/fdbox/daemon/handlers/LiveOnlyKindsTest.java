package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.support.Foreign;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Json;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What this kernel can make of the kinds that only live while held: each is recognised by its own handler and
/// by no other, and says why it is live.
@ExtendWith(NothingLeaks.class)
class LiveOnlyKindsTest {

    private final List<FdHandler> all = HandlerRegistry.handlersOnClassPath();

    private static Arguments kind(String kind, Callable<OwnedFd> made) {
        return arguments(kind, made);
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                kind("inotify", Foreign::inotify),
                kind("fanotify", Foreign::fanotify),
                kind("secret-memory", Foreign::secretMemory),
                kind("guest-memfd", Foreign::guestMemory),
                kind("kvm-device", Foreign::kvmDevice),
                kind("kvm-stats", Foreign::kvmStatistics),
                kind("perf-event", Foreign::perfEvent),
                kind("seccomp-notify", Foreign::seccompNotify),
                kind("landlock-ruleset", Foreign::landlockRuleset),
                kind("fs-context", Foreign::fsContext),
                kind("message-queue", () -> Foreign.messageQueue("fdbox-" + UUID.randomUUID())));
    }

    private List<FdHandler> recognising(OwnedFd fd) {
        return all.stream().filter(handler -> handler.recognises(new FdFacts(fd))).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isRecognisedByOneHandlerAndSaysWhyItIsLive(String kind, Callable<OwnedFd> made) throws Exception {
        try (OwnedFd fd = made.call()) {
            assertThat(recognising(fd)).extracting(FdHandler::kind).containsExactly(kind);
            FdHandler handler = recognising(fd).getFirst();
            assertThat(handler.compatible()).isEqualTo("fdbox," + kind + "-v1");
            assertThat(handler).isNotInstanceOf(PreservingHandler.class);
            assertThat(handler.survival()).isEqualTo(Survival.LIVE);
            var prospect = handler.examine(fd, new FdFacts(fd), SELF);
            assertThat(prospect.survival()).isEqualTo(Survival.LIVE);
            assertThat(prospect.reason()).isPresent();
            assertThat(Json.write(handler.describe(fd))).isNotEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void whatOnlyLeadsToOneIsAnotherKind(String kind, Callable<OwnedFd> made) throws Exception {
        try (OwnedFd fd = made.call(); OwnedFd path = OpenFile.reopen(fd, OpenFlags.PATH)) {
            assertThat(recognising(path)).extracting(FdHandler::kind).doesNotContain(kind, "file");
        }
    }

    @Test
    void aQueueTellsItsLimits() {
        try (OwnedFd queue = Foreign.messageQueue("fdbox-" + UUID.randomUUID())) {
            assertThat(new MessageQueueHandler().describe(queue))
                    .containsEntry("messages", 0L)
                    .containsKeys("maxMessages", "messageSize");
        }
    }

    /// Without its handler it is no regular file either.
    @Test
    void aQueueIsNoRegularFile() {
        try (OwnedFd queue = Foreign.messageQueue("fdbox-" + UUID.randomUUID())) {
            assertThat(new RegularFileHandler().recognises(new FdFacts(queue))).isFalse();
        }
    }

    /// Kinds that need hardware: their names alone, as their drivers in Linux write them.
    @Test
    void namesOfHardwareAreEachOfOneKind() {
        assertThat(new LiveOnlyKinds().handlers())
                .extracting(FdHandler::kind)
                .doesNotHaveDuplicates()
                .contains("vfio-device", "iommufd-queue", "dma-buf", "sync-file", "drm-syncobj");
    }
}
