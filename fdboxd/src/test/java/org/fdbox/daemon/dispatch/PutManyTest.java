package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.protocol.Request.Offered;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PutMany stores all or nothing; one descriptor may get two names, one name not two descriptors.
@ExtendWith(NothingLeaks.class)
class PutManyTest {

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;
    private OwnedFd one;
    private OwnedFd two;

    @BeforeEach
    void openDesk(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        desk.box("b");
        one = red.make("one");
        two = red.make("two");
    }

    @AfterEach
    void closeDesk() {
        one.close();
        two.close();
        desk.close();
    }

    private static Request putMany(Offered... files) {
        return new Request.PutMany("b", List.of(files), false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anIndexThatStandsTwiceIsOneOpenFileUnderTwoNames(boolean mayBlock) throws Exception {
        red.mayBlock = mayBlock;
        var stored = (Reply.StoredMany) desk.call(
                ROOT, putMany(new Offered("x", 1), new Offered("y", 0), new Offered("z", 1)), one, two);
        assertThat(stored.entries()).extracting(EntryInfo::name).containsExactly("x", "y", "z");
        desk.call(ROOT, Desk.getMany("b", "x", "y", "z"));
        assertThat(Fds.same(desk.received.get(0), two)).isTrue();
        assertThat(Fds.same(desk.received.get(1), one)).isTrue();
        assertThat(Fds.same(desk.received.get(2), two)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatIsRefusedKeepsAllOut(boolean mayBlock) throws Exception {
        red.mayBlock = mayBlock;
        desk.call(ROOT, new Request.Put("b", "taken", 0, false), one);
        assertThatThrownBy(() -> desk.call(
                ROOT, putMany(new Offered("x", 0), new Offered("y", 0), new Offered("taken", 1)), one, two))
                .isInstanceOf(Refused.FdExists.class);
        assertThat(desk.names("b")).containsExactly("taken");
    }

    @Test
    void oneOfAnUnknownKindKeepsAllOut() throws Exception {
        try (OwnedFd strange = EventFd.create(0, false, false)) {
            assertThatThrownBy(() -> desk.call(
                    ROOT, putMany(new Offered("x", 0), new Offered("y", 0), new Offered("z", 1)), one,
                    strange))
                    .isInstanceOf(Refused.UnsupportedFd.class);
        }
        assertThat(desk.names("b")).isEmpty();
    }

    @Test
    void theHandlersRefusalOfTheLastKeepsAllOut() throws Exception {
        var count = new int[1];
        red.onExamine = () -> {
            if (++count[0] == 3) {
                FakeHandler.refusing("enough").run();
            }
        };
        assertThatThrownBy(() -> desk.call(
                ROOT, putMany(new Offered("x", 0), new Offered("y", 0), new Offered("z", 1)), one, two))
                .isInstanceOf(Refused.HandlerRefused.class);
        assertThat(desk.names("b")).isEmpty();
    }

    @Test
    void aNameThatStandsTwiceIsRefused() {
        assertThatThrownBy(() -> desk.call(ROOT, putMany(new Offered("x", 0), new Offered("x", 1)), one, two))
                .isInstanceOf(Refused.InvalidParameter.class);
    }

    @Test
    void moreThanAMessageCarriesAreRefused() {
        Offered[] many =
                IntStream.range(0, 254).mapToObj(i -> new Offered("n" + i, 0)).toArray(Offered[]::new);
        assertThatThrownBy(() -> desk.call(ROOT, putMany(many), one))
                .isInstanceOf(Refused.TooManyFileDescriptors.class);
    }

    @Test
    void everyDescriptorMustBeNamedAndEveryNameMustHaveOne() {
        assertThatThrownBy(() -> desk.call(ROOT, putMany(new Offered("x", 0)), one, two))
                .isInstanceOf(Refused.SurplusFileDescriptors.class);
        assertThatThrownBy(() -> desk.call(ROOT, putMany(new Offered("x", 0), new Offered("y", 2)), one, two))
                .isInstanceOf(Refused.MissingFileDescriptor.class);
        assertThatThrownBy(() -> desk.call(ROOT, putMany(), one))
                .isInstanceOf(Refused.SurplusFileDescriptors.class);
    }

    @Test
    void nothingIsANothingThatCanBeStored() throws Exception {
        assertThat(((Reply.StoredMany) desk.call(ROOT, putMany())).entries()).isEmpty();
    }

    @Test
    void aClientThatIsGoneLeavesNothingBehind() throws Exception {
        red.mayBlock = true;
        try (Frame frame = Desk.frame(one)) {
            var later = (Answer.Later) desk.start(
                    desk.session(ROOT), putMany(new Offered("x", 0), new Offered("y", 0)), frame);
            later.work().abandon();
        }
        assertThat(desk.names("b")).isEmpty();
    }

    @Test
    void replacingWorksForAllAtOnce() throws Exception {
        desk.call(ROOT, putMany(new Offered("x", 0), new Offered("y", 0)), one);
        desk.call(ROOT, new Request.PutMany("b", List.of(new Offered("x", 0), new Offered("n", 0)), true),
                two);
        desk.call(ROOT, new Request.GetMany("b", Optional.empty(), false, false));
        assertThat(desk.received).extracting(Fds::text).containsExactlyInAnyOrder("one", "two", "two");
    }
}
