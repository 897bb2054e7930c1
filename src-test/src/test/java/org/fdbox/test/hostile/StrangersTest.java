package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;

/// One user takes all that it can get. Another one works meanwhile, and afterwards everything is as before.
class StrangersTest extends UnderAttack {

    private static final int LIMIT = 20_000;
    private static final int ENTRIES = 5000;
    private static final int MANY = 10_000;
    private static final int SLOW = 20;

    @Override
    List<String> wrapper() {
        return List.of("prlimit", "--nofile=" + LIMIT + ":" + LIMIT);
    }

    @Override
    String config() {
        return """
                {"socketGroup": "%d", "policy": [{"name": "strangers", "groups": ["%d"], "boxes": ["attacker's*"],
                 "limits": {"entries": %d, "connections": %d}}]}
                """.formatted(Attacker.GROUP, Attacker.GROUP, ENTRIES, MANY);
    }

    @Override
    void prepare(Path folder) throws Exception {
        assumeTrue(Shell.has("prlimit"), "prlimit of util-linux is not installed");
        assumeTrue(Shell.run(List.of("prlimit", "--nofile=" + LIMIT + ":" + LIMIT, "true")).status() == 0,
                "this user may not open " + LIMIT + " files");
        Attacker.admit(folder);
    }

    /// Puts, takes and deletes, as if nobody else were there.
    private void work() throws Exception {
        askForWhatIsTheirs();
        try (FdBoxClient another = daemon().client(); OwnedFd memory = TestFds.memfd("words")) {
            another.createBox("work");
            another.put("work", "x", memory);
            try (OwnedFd back = another.take("work", "x")) {
                assertThat(TestFds.text(back)).isEqualTo("words");
            }
            another.deleteBox("work");
        }
    }

    private static long hardLimit() throws Exception {
        return Long
                .parseLong(Shell.run(List.of("sh", "-c", "ulimit -H -n | sed s/unlimited/999999999/")).out()
                        .strip());
    }

    private interface Attack {
        void run() throws Exception;
    }

    private static final int MOST_ROUNDS = 6;

    /// The first rounds fill pools and are compiled, which takes memory too; what goes on growing is lost.
    private void untilItTakesNoMoreMemory(Attack attack) throws Exception {
        long before = 1;
        var resident = new ArrayList<Long>();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            attack.run();
            daemon().assertNothingLeaked();
            long now = daemon().residentKibibytes();
            if (now < before + before / 10) {
                return;
            }
            before = now;
            resident.add(now);
        }
        throw new AssertionError("each round takes more memory, in KiB: " + resident);
    }

    private String pry() throws Exception {
        try (Attacker attacker = Attacker.begin(daemon(), "pry", "bystander's")) {
            return attacker.told();
        }
    }

    private static final String ALWAYS = "CreateBox: AccessDenied; Confirm: NoSuchLease; "
            + "Save: PermissionDenied; Status: PermissionDenied; ListHandlers: PermissionDenied; "
            + "RegisterHandler: PermissionDenied; Restored: PermissionDenied";

    /// Not even that there is a box: of one that is not there the answers are the same.
    @Test
    void whoHasNoRightGetsNothingAndLearnsNothing() throws Exception {
        String told = pry();
        assertThat(told).startsWith("ListBoxes: 0 boxes; List: NoSuchBox; ").endsWith("; " + ALWAYS);
        assertThat(told.split("NoSuchBox")).hasSize(16);
        assertThat(told).doesNotContain("granted");
        try (Attacker attacker = Attacker.begin(daemon(), "pry", "no box at all")) {
            assertThat(attacker.told()).isEqualTo(told);
        }
    }

    @Test
    void aMemberOfTheGroupGetsWhatItsRightsSayAndNoMore() throws Exception {
        try (FdBoxClient client = daemon().client()) {
            client.setAccess("bystander's", OptionalInt.empty(), OptionalInt.of(Attacker.GROUP),
                    OptionalInt.of(0740));
            assertThat(pry())
                    .startsWith("ListBoxes: 1 boxes; List: granted; Holders: granted; Get: AccessDenied; ")
                    .endsWith("; " + ALWAYS).doesNotContain("NoSuchBox").satisfies(
                            told -> assertThat(told.split("granted")).hasSize(3));
            client.setAccess("bystander's", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0710));
            assertThat(pry()).startsWith("ListBoxes: 1 boxes; List: AccessDenied; Holders: AccessDenied; "
                    + "Get: AccessDenied; Get: AccessDenied; Get: granted; GetMany: AccessDenied; ")
                    .endsWith("; " + ALWAYS).satisfies(told -> assertThat(told.split("granted")).hasSize(2));
            client.setAccess("bystander's", OptionalInt.empty(), OptionalInt.of(0), OptionalInt.of(0700));
        }
    }

    @Test
    void putsUpToTheLimit() throws Exception {
        untilItTakesNoMoreMemory(() -> {
            try (Attacker attacker = Attacker.begin(daemon(), "puts")) {
                assertThat(attacker.told())
                        .isEqualTo("QuotaExceeded {'limit': 'entries', 'value': " + ENTRIES + "}");
                work();
            }
        });
    }

    /// How much slower they become, FairnessBenchmark tells.
    @Test
    void puttingWithoutEndWhileAnotherWorks() throws Exception {
        untilItTakesNoMoreMemory(() -> {
            try (Attacker one = Attacker.begin(daemon(), "flood", "attacker's");
                    Attacker another = Attacker.begin(daemon(), "flood", "attacker's too")) {
                assertThat(List.of(one.told(), another.told())).allSatisfy(
                        told -> assertThat(told).contains("QuotaExceeded {'limit': 'entries', "));
                for (int i = 0; i < 30; i++) {
                    work();
                }
            }
        });
    }

    /// Names and paths as long as they can be, in lists that nobody reads.
    @Test
    void asMuchMemoryAsPropertiesTake() throws Exception {
        untilItTakesNoMoreMemory(() -> {
            try (Attacker attacker = Attacker.begin(daemon(), "properties", "40")) {
                assertThat(attacker.told())
                        .isEqualTo("QuotaExceeded {'limit': 'entries', 'value': " + ENTRIES
                                + "}, ExpectedMore");
                work();
            }
        });
    }

    @Test
    void tenThousandConnections() throws Exception {
        long most = hardLimit();
        assumeTrue(most > MANY + 100, "a process may have " + most + " descriptors only");
        untilItTakesNoMoreMemory(() -> {
            try (Attacker attacker = Attacker.begin(daemon(), "connections", Integer.toString(MANY))) {
                assertThat(attacker.told()).isEqualTo("connected");
                work();
            }
        });
        try (Attacker attacker = Attacker.begin(daemon(), "connections", Integer.toString(MANY + 1))) {
            assertThat(attacker.told()).startsWith("refused 1:").contains("QuotaExceeded")
                    .contains("\"connections\"", Integer.toString(MANY));
            work();
        }
    }

    /// The daemon reads no more from this user, rather than use up its numbers.
    @Test
    void descriptorsBehindThoseWhoseClosingTakesLong() throws Exception {
        var accepted = new ArrayList<Socket>();
        try (var server = new ServerSocket(0, SLOW, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(server.getLocalPort());
            try (Attacker attacker =
                    Attacker.begin(daemon(), "closings", port, Integer.toString(SLOW))) {
                for (int i = 0; i < SLOW; i++) {
                    accepted.add(server.accept());
                }
                assertThat(attacker.told()).isEqualTo("it reads no more");
                work();
            }
        } finally {
            // The peers go away, and with them the reason to wait.
            for (Socket socket : accepted) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }
        daemon().assertNothingLeaked();
        try (Attacker again = Attacker.begin(daemon(), "puts")) {
            assertThat(again.told()).startsWith("QuotaExceeded");
        }
    }
}
