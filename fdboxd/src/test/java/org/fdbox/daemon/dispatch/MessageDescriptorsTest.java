package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A message brings just the descriptors that it names.
@ExtendWith(NothingLeaks.class)
class MessageDescriptorsTest {

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;
    private OwnedFd fd;

    @BeforeEach
    void openDesk(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        desk.box("b");
        fd = red.make("text");
    }

    @AfterEach
    void closeDesk() {
        fd.close();
        desk.close();
    }

    static Stream<Request> allThatTakeNone() {
        return Stream.of(
                new Request.GetInfo(),
                new Request.GetInterfaceDescription("org.fdbox.Store"),
                new Request.CreateBox("new", OptionalInt.empty()),
                new Request.DeleteBox("b"),
                new Request.ListBoxes(),
                new Request.SetAccess("b", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0)),
                new Request.ListEntries("b"),
                new Request.Get("b", "e", false, false),
                new Request.GetMany("b", Optional.empty(), false, false),
                new Request.Confirm("1"),
                new Request.Drop("b", "e"),
                new Request.Seal("b", false),
                new Request.Unseal("b"),
                new Request.Save(Optional.empty()),
                new Request.Status(),
                new Request.ListHandlers());
    }

    @ParameterizedTest
    @MethodSource("allThatTakeNone")
    void whatTakesNoneRefusesOne(Request request) {
        assertThatThrownBy(() -> desk.call(ROOT, request, fd))
                .isInstanceOfSatisfying(Refused.SurplusFileDescriptors.class,
                        surplus -> assertThat(surplus.parameters())
                                .containsEntry("expected", 0).containsEntry("received", 1));
        assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting("name", "sealed", "mode")
                .containsExactly(tuple("b", false, 0777));
    }

    @Test
    void putNeedsOneAndTakesNoMore() {
        assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "e", 0, false)))
                .isInstanceOfSatisfying(Refused.MissingFileDescriptor.class,
                        missing -> assertThat(missing.parameters())
                                .containsEntry("index", 0).containsEntry("received", 0));
        assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "e", 1, false), fd))
                .isInstanceOf(Refused.MissingFileDescriptor.class);
        assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "e", 0, false), fd, fd))
                .isInstanceOf(Refused.SurplusFileDescriptors.class);
        assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "e", 1, false), fd, fd))
                .isInstanceOf(Refused.SurplusFileDescriptors.class);
    }

    @Test
    void aMessageWhoseDescriptorsWereCutIsRefusedWhateverItAsks() {
        try (var cut = new Frame(new byte[0], List.of(fd.dup()), true)) {
            assertThatThrownBy(() -> desk.start(desk.session(ROOT), new Request.Put("b", "e", 0, false), cut))
                    .isInstanceOf(Refused.OutOfFileDescriptors.class);
            assertThatThrownBy(() -> desk.start(desk.session(ROOT), new Request.GetInfo(), cut))
                    .isInstanceOf(Refused.OutOfFileDescriptors.class);
        }
    }
}
