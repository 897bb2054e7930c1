package org.fdbox.test.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.test.units.ShippedUnits.Manager.OF_THE_USER;
import static org.fdbox.test.units.ShippedUnits.Manager.SYSTEM;

import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The system's daemon, named instances and a user's own, each from the unit files as they are shipped.
class ShippedUnitsTest {

    private static final String MAIN = "/run/fdbox/org.fdbox.Store";
    private static final String WEB = "/run/fdbox-web/org.fdbox.Store";
    private static final String DB = "/run/fdbox-db/org.fdbox.Store";
    private static final String OWN = "/run/user/" + ShippedUnits.USER + "/fdbox/org.fdbox.Store";

    @TempDir
    Path shared;

    private static void put(FdBoxClient client, String box, String text) throws Exception {
        client.createBox(box);
        try (OwnedFd memory = TestFds.memfd(text)) {
            client.put(box, "m", memory);
        }
    }

    private static void assertHas(ShippedUnits machine, String socket, String box, String text)
            throws Exception {
        try (FdBoxClient client = machine.client(socket); OwnedFd copy = client.copy(box, "m")) {
            assertThat(TestFds.text(copy)).isEqualTo(text);
        }
    }

    private static String uid(ShippedUnits machine, ShippedUnits.Manager manager, String unit)
            throws Exception {
        String pid = machine.property(manager, "MainPID", unit);
        return machine.must("sed", "-n", "s/^Uid:\t\\([0-9]*\\).*/\\1/p", "/proc/" + pid + "/status");
    }

    @Test
    void theSystemsDaemonLosesNothingAndShowsNothing() throws Exception {
        try (ShippedUnits machine = ShippedUnits.boot(shared)) {
            try (FdBoxClient client = machine.client(MAIN)) {
                put(client, "open", "one");
                put(client, "sealed", "two");
                client.seal("sealed");
                client.handover().save(Optional.empty(), _ -> {});
            }
            assertThat(uid(machine, SYSTEM, "fdboxd.service")).isEqualTo(machine.must("id", "-u", "fdbox"));
            machine.kill(SYSTEM, "fdboxd.service");
            assertHas(machine, MAIN, "open", "one");
            machine.systemctl(SYSTEM, "restart", "fdboxd.service");
            assertHas(machine, MAIN, "open", "one");

            assertThat(machine.must("stat", "-c", "%a %U %G", "/run/fdbox", MAIN))
                    .isEqualTo("755 root root\n660 fdbox fdbox");
            assertThat(machine.must("find", "/var/lib/fdbox/payload", "-type", "f")).isNotEmpty();
            assertThat(machine.must("find", "/var/lib/fdbox", "-perm", "/077")).isEmpty();
            assertThat(machine.userCan("test", "-r", "/var/lib/fdbox")).isFalse();
            assertThat(machine.userCan("test", "-x", "/var/lib/fdbox")).isFalse();
            assertThat(machine.userCan("fdbox", "--socket", MAIN, "ls")).isFalse();
        }
    }

    @Test
    void instancesAreApart() throws Exception {
        try (ShippedUnits machine = ShippedUnits.boot(shared)) {
            machine.must("sh", "-c", "mkdir /etc/fdbox-web"
                    + " && echo '{\"policy\": [{\"boxes\": [\"web-*\"]}]}' >/etc/fdbox-web/fdboxd.json");
            try (FdBoxClient web = machine.client(WEB); FdBoxClient db = machine.client(DB)) {
                put(web, "web-1", "of web");
                put(db, "b", "of db");
                assertThatThrownBy(() -> web.createBox("b")).isInstanceOf(Refused.AccessDenied.class);
                assertThatThrownBy(() -> db.list("web-1")).isInstanceOf(Refused.NoSuchBox.class);
            }
            String user = uid(machine, SYSTEM, "fdboxd@web.service");
            assertThat(user).isNotIn("0", uid(machine, SYSTEM, "fdboxd@db.service"),
                    machine.must("id", "-u", "fdbox"));
            machine.kill(SYSTEM, "fdboxd@web.service");
            assertHas(machine, WEB, "web-1", "of web");
            assertHas(machine, DB, "b", "of db");

            try (FdBoxClient web = machine.client(WEB)) {
                web.seal("web-1");
            }
            machine.systemctl(SYSTEM, "stop", "fdboxd@web.service");
            machine.systemctl(SYSTEM, "start", "fdboxd@web.service");
            try (FdBoxClient web = machine.client(WEB)) {
                web.unseal("web-1");
            }
            assertHas(machine, WEB, "web-1", "of web");
            assertThat(machine.must("stat", "-c", "%a", "/run/fdbox-web", WEB)).isEqualTo("755\n660");
            assertThat(machine.must("find", "/var/lib/private/fdbox-web", "-perm", "/077")).isEmpty();
            assertThat(machine.userCan("test", "-x", "/var/lib/fdbox-web/")).isFalse();
        }
    }

    @Test
    void aUsersOwnNeedsNoRights() throws Exception {
        try (ShippedUnits machine = ShippedUnits.boot(shared)) {
            String unit = "fdboxd.service";
            assertThat(machine.userCan("fdbox", "create", "open")).isTrue();
            assertThat(machine.userCan("sh", "-c", "echo one >~/file && fdbox put open m <~/file")).isTrue();
            assertThat(uid(machine, OF_THE_USER, unit)).isEqualTo(Integer.toString(ShippedUnits.USER));
            machine.kill(OF_THE_USER, unit);
            assertHas(machine, OWN, "open", "one\n");
            assertThat(machine.property(OF_THE_USER, "NFileDescriptorStore", unit)).isEqualTo("3");

            assertThat(machine.userCan("fdbox", "seal", "open")).isTrue();
            machine.systemctl(OF_THE_USER, "stop", unit);
            machine.systemctl(OF_THE_USER, "start", unit);
            assertThat(machine.userCan("sh", "-c", "fdbox unseal open && test $(fdbox cat open m) = one"))
                    .isTrue();
            assertThat(machine.must("stat", "-c", "%a %U", "/home/tester/.local/state/fdbox"))
                    .isEqualTo("700 tester");
        }
    }
}
