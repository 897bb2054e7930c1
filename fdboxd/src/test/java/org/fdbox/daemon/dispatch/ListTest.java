package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.protocol.Request.Offered;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// List: in pages of 250 for who takes several replies, with what handlers tell and which entries are one
/// open file.
@ExtendWith(NothingLeaks.class)
class ListTest {

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;

    @BeforeEach
    void openDesk(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        desk.box("b");
    }

    @AfterEach
    void closeDesk() {
        desk.close();
    }

    private void put(int from, int to) throws Refused {
        try (OwnedFd fd = red.make("x")) {
            var files =
                    IntStream.range(from, to).mapToObj(i -> new Offered("n%03d".formatted(i), 0)).toList();
            desk.call(ROOT, new Request.PutMany("b", files, false), fd);
        }
    }

    private Answer firstPage() throws Refused {
        try (Frame frame = Desk.frame()) {
            var call = new Call(new Request.ListEntries("b"), true, false);
            return ((Answer.Later) desk.dispatcher.dispatch(call, desk.session(ROOT), frame)).work().get();
        }
    }

    private static Reply.Entries entries(Answer answer) {
        return (Reply.Entries) (answer instanceof Answer.Page page
                ? page.reply()
                : ((Answer.Final) answer).reply());
    }

    private List<Integer> pageSizes() throws Refused {
        var sizes = new ArrayList<Integer>();
        Answer answer = firstPage();
        while (answer instanceof Answer.Page page) {
            sizes.add(entries(page).entries().size());
            answer = page.next().get();
        }
        sizes.add(entries(answer).entries().size());
        return sizes;
    }

    @Test
    void pagesHold250AndTheLastHasNoFollower() throws Exception {
        assertThat(pageSizes()).containsExactly(0);
        put(0, 250);
        assertThat(pageSizes()).containsExactly(250);
        put(250, 251);
        assertThat(pageSizes()).containsExactly(250, 1);
        put(251, 500);
        assertThat(pageSizes()).containsExactly(250, 250);
    }

    @Test
    void whoTakesOneReplyGetsAllInIt() throws Exception {
        put(0, 250);
        put(250, 300);
        assertThat(desk.names("b")).hasSize(300).isSorted();
    }

    @Test
    void aClientThatGoesAwayBetweenPagesLeavesNothingOpen() throws Exception {
        put(0, 250);
        put(250, 300);
        var page = (Answer.Page) firstPage();
        desk.call(ROOT, new Request.DeleteBox("b"));
        page.next().abandon();
    }

    @Test
    void laterPagesShowTheBoxAsItWas() throws Exception {
        put(0, 250);
        put(250, 260);
        var page = (Answer.Page) firstPage();
        desk.call(ROOT, new Request.DeleteBox("b"));
        Reply.Entries rest = entries(page.next().get());
        assertThat(rest.entries()).hasSize(10);
        assertThat(rest.box().entries()).isEqualTo(260);
    }

    @Test
    void whatIsOneOpenFileSaysSoByTheNameOfTheFirst() throws Exception {
        try (OwnedFd one = red.make("1"); OwnedFd two = red.make("2")) {
            var files = List.of(
                    new Offered("z", 0), new Offered("y", 1), new Offered("x", 0), new Offered("w", 1),
                    new Offered("v", 0));
            desk.call(ROOT, new Request.PutMany("b", files, false), one, two);
        }
        assertThat(entries(firstPage()).entries()).extracting(EntryInfo::sameAs)
                .containsExactly(Optional.empty(), Optional.empty(), Optional.of("z"), Optional.of("y"),
                        Optional.of("z"));
    }

    @Test
    void handlersTellWhatTheyKnowAndTheirFaultsAreTheirOwn() throws Exception {
        put(0, 1);
        red.description = Map.of("size", 7L);
        assertThat(entries(firstPage()).entries().getFirst().properties()).containsOnlyKeys("size", "pins")
                .containsEntry("size", 7L);
        red.onDescribe = FakeHandler.failing("speechless");
        assertThat(entries(firstPage()).entries().getFirst().properties()).containsOnlyKeys("pins");
    }
}
