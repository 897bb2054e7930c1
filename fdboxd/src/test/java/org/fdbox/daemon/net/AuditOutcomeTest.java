package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.EVE;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Audit.Extent;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Frame;
import org.junit.jupiter.api.Test;

/// One event, whatever becomes of a request and of its client; and which are told.
class AuditOutcomeTest extends AuditedExchanges {

    // Neither

    @Test
    void whatWasGrantedAndDidNotArrive() {
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        put("x");
        present = false;
        assertThat(told(ALICE, STORE + "Get", "'box':'b','name':'x'"))
                .isEqualTo("verb=Get box=b names=[x] outcome=undelivered");
        assertThat(told(ALICE, STORE + "OpenBox", "'box':'b'")).isEqualTo(
                "verb=OpenBox box=b outcome=undelivered");
    }

    @Test
    void anErrorInPlaceOfTheDescriptorsIsTheOutcome() throws Exception {
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        put("x");
        var frame = new Frame(message(STORE + "Get", "'box':'b','name':'x'").getBytes(), List.of(), false);
        var exchange = new Exchange(frame, desk.session(ALICE), desk.dispatcher);
        Outgoing reply = exchange.admit(Outgoing.of((Answer.Final) exchange.begin()));
        reply.replace(new Refused.QuotaExceeded("unreadDescriptors", 1));
        exchange.end(closer, intake, ALICE.uid());
        assertThat(log.all()).singleElement().asString().contains(
                "verb=Get box=b names=[x] outcome=org.fdbox.Store.QuotaExceeded ");
    }

    /// A worker has done it by then, or has not.
    @Test
    void whatBecameOfARequestWhoseClientIsGone() {
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        red.mayBlock = true;
        present = false;
        assertThat(put("x")).isEqualTo("verb=Put box=b names=[x] compatible=[test,red-v1] outcome=granted");
        assertThat(put("x")).startsWith("verb=Put box=b names=[x] outcome=org.fdbox.Store.FdExists ");
    }

    @Test
    void whoWantsNoReply() {
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        String oneway = "{\"oneway\":true,\"method\"";
        exchange(desk.session(ALICE),
                message(STORE + "Put", "'box':'b','name':'x'").replace("{\"method\"", oneway), fd);
        assertThat(log.all()).singleElement().asString().contains("verb=Put", "outcome=granted");
        log.clear();
        exchange(desk.session(ALICE),
                message(STORE + "Get", "'box':'b','name':'x'").replace("{\"method\"", oneway));
        assertThat(log.all()).singleElement().asString().contains("verb=Get", "outcome=unanswered");
    }

    // How much

    @Test
    void lookingIsNotAudited() {
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        for (String method : List.of("org.varlink.service.GetInfo", STORE + "ListBoxes", HANDOVER + "Status",
                "org.varlink.service.None")) {
            exchange(desk.session(EVE), message(method, ""));
        }
        exchange(desk.session(EVE), message(STORE + "List", "'box':'b'"));
        exchange(desk.session(ALICE), message(STORE + "List", "'box':'b'"));
        assertThat(log.all()).isEmpty();
    }

    private int events() {
        int before = log.all().size();
        exchange(desk.session(ALICE), message(STORE + "CreateBox", "'name':'b'"));
        exchange(desk.session(ALICE), message(STORE + "Put", "'box':'b','name':'x'"), fd);
        exchange(desk.session(EVE), message(STORE + "Get", "'box':'b','name':'x'"));
        exchange(desk.session(EVE), message(STORE + "Get", "'box':7"));
        exchange(desk.session(ALICE), message(STORE + "DeleteBox", "'name':'b'"));
        return log.all().size() - before;
    }

    @Test
    void theConfigurationSaysWhatIsTold() {
        assertThat(events()).isEqualTo(5);
        desk.audit.set(Extent.CONTROL);
        assertThat(events()).isEqualTo(4);
        desk.audit.set(Extent.REFUSALS);
        assertThat(events()).isEqualTo(2);
        desk.audit.set(Extent.OFF);
        assertThat(events()).isZero();
    }

    @Test
    void namesWithoutEndAreBounded() {
        String many = IntStream.range(0, 253).mapToObj(i -> "'" + "x".repeat(300) + i + "'")
                .collect(Collectors.joining(","));
        assertThat(told(EVE, STORE + "GetMany", "'box':'" + "b".repeat(100_000) + "','names':[" + many + "]"))
                .contains("box=" + "b".repeat(255) + "… ", " namesUntold=237 ").hasSizeLessThan(6000);
        assertThat(told(EVE, "m".repeat(Codec.MOST_BYTES - 100), "")).hasSizeLessThan(1000);
    }

    @Test
    void aFloodOfOneUserIsCounted() {
        desk.audit.set(Extent.CONTROL);
        for (int i = 0; i < 1000; i++) {
            exchange(desk.session(EVE), message(STORE + "Get", "'box':'b','name':'x'"));
        }
        assertThat(log.all().size()).isBetween(100, 900);
        assertThat(log.all()).contains("uid=1002 outcome=counting");
        log.clear();
        for (int i = 0; i < 100; i++) {
            told(EVE, STORE + "CreateBox", "'name':'b'");
            told(EVE, STORE + "DeleteBox", "'name':'b'");
        }
        exchange(desk.session(ALICE), message(STORE + "Get", "'box':'b','name':'x'"));
        assertThat(log.all()).singleElement().asString().startsWith("uid=1000 ");
    }
}
