package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.EVE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.daemon.dispatch.Audit.Extent;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.LateProgram;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each verb that is audited, granted and refused: one event, with who, what and outcome.
class AuditTest extends AuditedExchanges {

    // Grants

    @Test
    void whatIsGranted() {
        assertThat(told(ALICE, STORE + "CreateBox", "'name':'b','mode':'0750'"))
                .isEqualTo("verb=CreateBox box=b mode=0750 outcome=granted");
        assertThat(put("x")).isEqualTo("verb=Put box=b names=[x] compatible=[test,red-v1] outcome=granted");
        assertThat(told(ALICE, STORE + "PutMany",
                "'box':'b','replace':true,'files':[{'name':'y','fileDescriptor':0},{'name':'z','fileDescriptor':0}]",
                fd))
                .isEqualTo("verb=PutMany box=b names=[y, z] replace=true compatible=[test,red-v1]"
                        + " outcome=granted");
        assertThat(told(ALICE, STORE + "Get", "'box':'b','name':'x','keep':true")).isEqualTo(
                "verb=Get box=b names=[x] keep=true compatible=[test,red-v1] outcome=granted");
        assertThat(told(ALICE, STORE + "Get", "'box':'b','name':'x'"))
                .isEqualTo("verb=Get box=b names=[x] compatible=[test,red-v1] outcome=granted");
        assertThat(told(ALICE, STORE + "Drop", "'box':'b','name':'y'"))
                .isEqualTo("verb=Drop box=b names=[y] outcome=granted");
        assertThat(told(ALICE, STORE + "Prepare", "'box':'b'"))
                .isEqualTo("verb=Prepare box=b outcome=granted");
        assertThat(told(ALICE, STORE + "Seal", "'box':'b','exclusive':true")).startsWith(
                "verb=Seal box=b exclusive=true ");
        assertThat(told(ALICE, STORE + "SetAccess", "'box':'b','group':100,'mode':'0700'"))
                .isEqualTo("verb=SetAccess box=b group=100 mode=0700 outcome=granted");
        assertThat(told(ALICE, STORE + "OpenBox", "'box':'b','rights':['list','copy']"))
                .isEqualTo("verb=OpenBox box=b rights=[list, copy] outcome=granted");
        assertThat(told(ALICE, STORE + "DeleteBox", "'name':'b'"))
                .isEqualTo("verb=DeleteBox box=b released=1 outcome=granted");
    }

    @Test
    void aSealThatIsGrantedAndItsEnd() {
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        assertThat(told(ALICE, STORE + "Seal", "'box':'b'")).isEqualTo("verb=Seal box=b outcome=granted");
        assertThat(told(ALICE, STORE + "Unseal", "'box':'b'")).isEqualTo("verb=Unseal box=b outcome=granted");
        assertThat(told(ROOT, HANDOVER + "Save", "")).isEqualTo("verb=Save outcome=granted");
    }

    /// All that was in the box, and the lease by which the two halves of a taking belong together.
    @Test
    void aLeaseAndItsConfirmation() {
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        put("x");
        Session session = desk.session(ALICE);
        exchange(session, message(STORE + "GetMany", "'box':'b','confirm':true"));
        String who = "uid=1000 gid=1000 pid=11 conn=" + session.id();
        assertThat(log.takeOne(who)).isEqualTo(
                "verb=GetMany box=b confirm=true names=[x] compatible=[test,red-v1] lease=1 outcome=granted");
        exchange(session, message(STORE + "Confirm", "'lease':'1'"));
        assertThat(log.takeOne(who)).isEqualTo("verb=Confirm lease=1 outcome=granted");
        exchange(session, message(STORE + "Confirm", "'lease':'1'"));
        assertThat(log.takeOne(who)).startsWith("verb=Confirm lease=1 outcome=org.fdbox.Store.NoSuchLease ");
    }

    @Test
    void aHandlerThatRegistersAndWhatItMakes(@TempDir Path folder) throws Exception {
        LateProgram.save(folder, red);
        try (var late = new Desk(folder, red); OwnedFd made = red.make("again")) {
            desk.close();
            desk = late;
            desk.audit.set(Extent.ALL);
            Session session = desk.session(ROOT);
            String register = message(HANDOVER + "RegisterHandler", "'compatible':'test,blue-v1'");
            exchange(session, register.replace("{\"method\"", "{\"more\":true,\"method\""));
            String who = "uid=0 gid=0 pid=1 conn=" + session.id();
            assertThat(log.takeOne(who))
                    .isEqualTo("verb=RegisterHandler compatible=[test,blue-v1] outcome=granted");
            try (LateProgram program = LateProgram.register(desk); LateProgram.Asked asked = program.next()) {
                assertThat(told(ROOT, HANDOVER + "Restored", "'request':'" + asked.id() + "'", made))
                        .isEqualTo("verb=Restored names=[b/b] outcome=granted");
            }
            assertThat(told(ROOT, HANDOVER + "Restored", "'request':'x','error':'none'"))
                    .startsWith("verb=Restored error=none outcome=org.fdbox.Handover.NoSuchRequest ");
        }
    }

    // Refusals

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', value = {
        "Put       | 'box':'b','name':'x'                    | verb=Put box=b names=[x]",
        "PutMany   | 'box':'b','files':[{'name':'x','fileDescriptor':0}] | verb=PutMany box=b names=[x]",
        "Get       | 'box':'b','name':'x'                    | verb=Get box=b names=[x]",
        "GetMany   | 'box':'b','names':['x','y']             | verb=GetMany box=b names=[x, y]",
        "Drop      | 'box':'b','name':'x'                    | verb=Drop box=b names=[x]",
        "Seal      | 'box':'b'                               | verb=Seal box=b",
        "Unseal    | 'box':'b'                               | verb=Unseal box=b",
        "Prepare   | 'box':'b'                               | verb=Prepare box=b",
        "OpenBox   | 'box':'b'                               | verb=OpenBox box=b",
        "SetAccess | 'box':'b','owner':1002                  | verb=SetAccess box=b owner=1002",
        "DeleteBox | 'name':'b'                              | verb=DeleteBox box=b"})
    void whatAStrangerIsRefused(String method, String parameters, String what) {
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        OwnedFd[] carried = method.startsWith("Put") ? new OwnedFd[]{fd} : new OwnedFd[0];
        assertThat(told(EVE, STORE + method, parameters, carried))
                .isEqualTo(what + " outcome=org.fdbox.Store.NoSuchBox reason=no box \"b\"");
    }

    @Test
    void whatIsRefusedForOtherReasons() {
        told(ALICE, STORE + "CreateBox", "'name':'b','mode':'0705'");
        assertThat(told(EVE, STORE + "CreateBox", "'name':'b'"))
                .startsWith("verb=CreateBox box=b outcome=org.fdbox.Store.BoxExists ");
        assertThat(told(EVE, STORE + "Seal", "'box':'b'")).isEqualTo(
                "verb=Seal box=b outcome=org.fdbox.Store.AccessDenied reason=you may not seal in box \"b\"");
        assertThat(put("..")).startsWith("verb=Put box=b names=[..] outcome=org.fdbox.Store.InvalidName ");
        red.onExamine = FakeHandler.refusing("no");
        assertThat(put("x")).startsWith("verb=Put box=b names=[x] outcome=org.fdbox.Store.HandlerRefused ");
        assertThat(told(EVE, HANDOVER + "Save", "'directory':'/x'"))
                .startsWith("verb=Save directory=/x outcome=org.varlink.service.PermissionDenied ");
        assertThat(told(EVE, HANDOVER + "RegisterHandler", "'compatible':'a'"))
                .startsWith("verb=RegisterHandler compatible=[a] outcome=org.varlink.service.ExpectedMore ");
    }

    /// Of what could not be read, its own words are told.
    @Test
    void whatCouldNotBeRead() throws Exception {
        assertThat(told(EVE, STORE + "Put", "'box':'b','name':7")).isEqualTo("verb=Put box=b"
                + " outcome=org.varlink.service.InvalidParameter"
                + " reason=parameter \"name\" is missing, unknown or malformed");
        assertThat(told(EVE, STORE + "Steal", "")).startsWith(
                "verb=Steal outcome=org.varlink.service.MethodNotFound ");
        assertThat(told(EVE, "evil.Put", "'box':[]")).startsWith(
                "verb=evil.Put outcome=org.varlink.service.InterfaceNotFound ");
        told(ALICE, STORE + "CreateBox", "'name':'b'");
        Session handle = desk.open(desk.session(ALICE), "b", Optional.empty());
        exchange(handle, message(HANDOVER + "TakeOver", "'versions':[1]"));
        assertThat(log.takeOne("uid=1000 gid=1000 handle=b conn=" + handle.id())).startsWith(
                "verb=TakeOver outcome=org.varlink.service.PermissionDenied ");
        exchange(desk.session(EVE), "{}");
        exchange(desk.session(EVE), "no message");
        assertThat(log.all()).isEmpty();
        desk.dispatcher.ended(handle);
    }
}
