package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Foreign;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is of no use in other hands is refused at put, with what to do instead.
@ExtendWith(NothingLeaks.class)
class UnholdableKindTest {

    private static Arguments kind(String kind, Callable<OwnedFd> made, String instead) {
        return arguments(kind, made, instead);
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                kind("epoll", Foreign::epoll, "register them again"),
                kind("userfaultfd", Foreign::userfaultfd, "make a new one"),
                kind("io_uring", Foreign::ring, "put the files"),
                kind("kvm-vm", Foreign::virtualMachine, "save its state"),
                kind("kvm-vcpu", Foreign::virtualProcessor, "save its state"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isRefusedWithWhatToDo(String kind, Callable<OwnedFd> made, String instead, @TempDir Path folder)
            throws Exception {
        FdHandler[] handlers = HandlerRegistry.handlersOnClassPath().toArray(FdHandler[]::new);
        try (var desk = new Desk(folder, handlers); OwnedFd fd = made.call()) {
            desk.box("b");
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "e", 0, false), fd))
                    .isInstanceOf(Refused.UnsupportedFd.class)
                    .hasMessageContaining("(" + kind + ")")
                    .hasMessageContaining(instead);
            assertThat(desk.names("b")).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void whatOnlyLeadsToOneIsNotMeant(String kind, Callable<OwnedFd> made, String instead) throws Exception {
        try (OwnedFd fd = made.call(); OwnedFd path = OpenFile.reopen(fd, OpenFlags.PATH)) {
            var facts = new FdFacts(path);
            assertThat(HandlerRegistry.unholdableOnClassPath())
                    .as(kind + ": " + instead)
                    .noneMatch(unholdable -> unholdable.recognises().test(facts));
        }
    }
}
