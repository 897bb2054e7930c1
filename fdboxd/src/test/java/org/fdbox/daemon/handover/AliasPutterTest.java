package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.LateProgram;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Request;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Of several names for one open file, one was put by nobody that can be known, or by somebody who could not open it again. Which of them
/// comes first makes no difference.
@ExtendWith(NothingLeaks.class)
class AliasPutterTest {

    private static final List<String> BOXES = List.of("one", "two", "three");

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");

    /// Three boxes whose entries "a" are the same open file.
    @BeforeEach
    void saveShared() throws Exception {
        try (var desk = new Desk(folder, blue); OwnedFd fd = blue.make("shared")) {
            for (String box : BOXES) {
                desk.box(box, fd);
                desk.seal(box);
            }
            desk.save();
        }
    }

    private void blurPutter(String box) throws Exception {
        ManifestFile.edit(ManifestFile.in(folder),
                root -> ManifestFile.entry(root, box, "a").put("putterUid", 1L << 32));
    }

    private static void assertOneFile(Desk desk, String oneBox, String otherBox) throws Exception {
        try (OwnedFd one = desk.peek(oneBox, "a").orElseThrow();
                OwnedFd other = desk.peek(otherBox, "a").orElseThrow()) {
            assertThat(Fds.same(one, other)).isTrue();
            assertThat(Fds.text(one)).isEqualTo("shared");
        }
    }

    private static List<String> others(String box) {
        return BOXES.stream().filter(name -> !name.equals(box)).toList();
    }

    private static void assertWaits(Desk desk, String box) throws Exception {
        assertThat(desk.status().pending()).singleElement().satisfies(left -> {
            assertThat(left.box()).isEqualTo(box);
            assertThat(left.reason()).contains("putterUid");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "two", "three"})
    void nobodysNameWaitsWhileTheOthersComeBackAsOne(String box) throws Exception {
        blurPutter(box);
        for (int life = 0; life < 3; life++) {
            try (var desk = new Desk(folder, blue)) {
                assertWaits(desk, box);
                assertOneFile(desk, others(box).getFirst(), others(box).getLast());
                desk.save();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "two", "three"})
    void nobodysNameIsOfferedToNoLateHandler(String box) throws Exception {
        blurPutter(box);
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk, desk.session(ROOT), blue.compatible());
                LateProgram.Asked asked = program.next();
                OwnedFd made = red.make("shared")) {
            desk.call(ROOT, new Request.Restored(asked.id(), OptionalInt.of(0), Optional.empty()), made);
            assertThat(program.isAsked()).isFalse();
            assertThat(desk.info(box).pending()).isEqualTo(1);
            assertOneFile(desk, others(box).getFirst(), others(box).getLast());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "two", "three"})
    void nobodysNameIsNotTriedAgain(String box) throws Exception {
        blurPutter(box);
        blue.onRestore = FakeHandler.refusing("not yet");
        try (var desk = new Desk(folder, blue)) {
            blue.onRestore = FakeHandler.FINE;
            for (String name : BOXES) {
                desk.unseal(name);
            }
            assertWaits(desk, box);
            assertOneFile(desk, others(box).getFirst(), others(box).getLast());
        }
    }

    /// With each putter's rights in turn, until one could.
    private AtomicInteger refuseTheFirst() {
        var asked = new AtomicInteger();
        blue.onRestore = () -> {
            if (asked.incrementAndGet() == 1) {
                throw new HandlerRefusal("this putter cannot open it");
            }
        };
        return asked;
    }

    private static void assertAllBack(Desk desk) throws Exception {
        assertThat(desk.status().pending()).isEmpty();
        assertOneFile(desk, "one", "two");
        assertOneFile(desk, "two", "three");
    }

    @Test
    void whatALaterPutterCouldOpenAgainIsBackUnderEveryName() throws Exception {
        AtomicInteger asked = refuseTheFirst();
        try (var desk = new Desk(folder, blue)) {
            assertThat(asked).hasValue(2);
            assertAllBack(desk);
        }
    }

    @Test
    void soItIsWhereItIsTriedAgain() throws Exception {
        blue.onRestore = FakeHandler.refusing("not yet");
        try (var desk = new Desk(folder, blue)) {
            AtomicInteger asked = refuseTheFirst();
            desk.unseal("one");
            assertThat(asked).hasValue(2);
            assertAllBack(desk);
        }
    }
}
