package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The configuration file is obeyed whole or not at all, and every fault of it is named.
class ConfigurationTest {

    @TempDir
    private Path folder;

    private Path file(String json) throws Exception {
        return Files.writeString(folder.resolve("fdboxd.json"), json);
    }

    /// Runs the daemon with a configuration; a faulty one ends it at once.
    private Shell.Result run(String json, String... options) throws Exception {
        String[] always = {"--socket", folder.resolve("socket").toString(),
            "--state-dir", folder.resolve("state").toString(), "--config", file(json).toString()};
        var arguments = new ArrayList<>(List.of(always));
        arguments.addAll(List.of(options));
        return Shell.run(Programs.daemon(arguments.toArray(String[]::new)));
    }

    private static final String FAULTY = """
            {"threads": 0, "stallSeconds": "long", "logLevel": "loud", "audit": true, "socketGroup": 7, "disabledHandlers": "all",
             "thread": 1, "limits": {"boxesPerUid": -1, "unfinishedBytes": 1.5, "boxes": 3}}
            """;

    @Test
    void everyFaultIsListedAndNothingIsTouched() throws Exception {
        for (String[] options : new String[][]{{"--check-config"}, {}}) {
            Shell.Result result = run(FAULTY, options);
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.out()).isEmpty();
            assertThat(result.err().lines().filter(line -> line.startsWith("  ")))
                    .hasSize(10)
                    .anySatisfy(line -> assertThat(line).contains("\"audit\" must be a string"))
                    .anySatisfy(
                            line -> assertThat(line).contains("\"threads\" must be a number from 1 to 64"))
                    .anySatisfy(line -> assertThat(line).contains("\"stallSeconds\""))
                    .anySatisfy(line -> assertThat(line).contains("\"logLevel\" must be one of debug, error"))
                    .anySatisfy(line -> assertThat(line).contains("\"socketGroup\" must be a string"))
                    .anySatisfy(line -> assertThat(line).contains("\"disabledHandlers\" must be a list"))
                    .anySatisfy(line -> assertThat(line).contains("\"thread\" is unknown; known are"))
                    .anySatisfy(line -> assertThat(line).contains("\"limits.boxesPerUid\""))
                    .anySatisfy(line -> assertThat(line).contains("\"limits.unfinishedBytes\""))
                    .anySatisfy(line -> assertThat(line).contains("\"limits.boxes\" is unknown"));
        }
        assertThat(folder.resolve("state")).doesNotExist();
        assertThat(folder.resolve("socket")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}", "{\"threads\": 1, \"threads\": 2}", "# no comments\n{}"})
    void whatIsNoObjectIsRefused(String json) throws Exception {
        Shell.Result result = run(json, "--check-config");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("it is no JSON object");
    }

    @Test
    void aKindThatNobodyKnowsCannotBeSwitchedOff() throws Exception {
        Shell.Result result = run("{\"disabledHandlers\": [\"fdbox,memdf-v1\"]}", "--check-config");
        assertThat(result.err()).contains("fdbox,memdf-v1").contains("fdbox,memfd-v1");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void aGroupThatIsNotThereIsAFault() throws Exception {
        Shell.Result result = run("{\"socketGroup\": \"no-such-group\"}", "--check-config");
        assertThat(result.err()).contains("no-such-group");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void checkConfigSaysWhenAllIsWell() throws Exception {
        Shell.Result result = run("{\"threads\": 2, \"limits\": {\"boxesPerUid\": 0}}", "--check-config");
        assertThat(result).isEqualTo(new Shell.Result(0, """
                the configuration is in order
                everybody:
                  creates boxes of any name
                  puts every kind
                  has at most 0 boxes, 100000 entries, 100000 leases, 20000 connections
                  has contents saved of any size
                """, ""));
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aMissingFileThatWasAskedForIsAFault() throws Exception {
        Shell.Result result =
                Shell.run(Programs.daemon("--check-config", "--config", folder.resolve("none").toString()));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("cannot be read");
    }

    @Test
    void sighupChangesAllOrNothing() throws Exception {
        Path config = file("{\"limits\": {\"boxesPerUid\": 1}}");
        try (var daemon = DaemonProcess.start(folder, "--config", config.toString());
                FdBoxClient client = daemon.client()) {
            client.createBox("first");
            assertThatThrownBy(() -> client.createBox("second")).isInstanceOf(Refused.QuotaExceeded.class);

            file("{\"limits\": {\"boxesPerUid\": 5}, \"logLevel\": \"loud\"}");
            daemon.signal("HUP");
            daemon.awaitLog("<3>the configuration stays as it was: ");
            assertThat(daemon.log()).contains("\"logLevel\" must be one of");
            assertThatThrownBy(() -> client.createBox("second")).isInstanceOf(Refused.QuotaExceeded.class);

            assertThat(daemon.log()).doesNotContain("verb=Put");
            file("{\"limits\": {\"boxesPerUid\": 5}, \"audit\": \"all\"}");
            daemon.signal("HUP");
            daemon.awaitLog("configuration read again");
            client.createBox("second");
            try (OwnedFd memory = TestFds.memfd("words")) {
                client.put("second", "m", memory);
            }
            daemon.awaitLog("verb=Put box=second");
        }
    }

    /// What is held stays, in boxes that are open and sealed, and the spare goes on having it.
    @Test
    void aReloadLosesNothing() throws Exception {
        Path config = file("{}");
        try (var daemon = DaemonProcess.start(folder, "--config", config.toString());
                var spare = DaemonProcess.launch(folder, List.of(), "--standby");
                FdBoxClient client = daemon.client()) {
            spare.awaitLog("following the daemon at");
            for (String box : List.of("open", "sealed")) {
                client.createBox(box);
                try (OwnedFd memory = TestFds.memfd(box)) {
                    client.put(box, "m", memory);
                }
            }
            client.seal("sealed");
            file("{\"limits\": {\"boxesPerUid\": 1, \"entriesPerUid\": 0}}");
            for (DaemonProcess each : List.of(spare, daemon)) {
                each.signal("HUP");
            }
            daemon.awaitLog("configuration read again");
            requireHeld(client);
            daemon.kill();
            spare.awaitLog("serving in its place");
            try (FdBoxClient next = spare.client()) {
                requireHeld(next);
            }
        }
    }

    private static void requireHeld(FdBoxClient client) throws Exception {
        for (String box : List.of("open", "sealed")) {
            assertThat(client.list(box).box().sealed()).isEqualTo(box.equals("sealed"));
        }
        client.unseal("sealed");
        for (String box : List.of("open", "sealed")) {
            try (OwnedFd copy = client.copy(box, "m")) {
                assertThat(TestFds.text(copy)).isEqualTo(box);
            }
        }
        client.seal("sealed");
    }

    private static String policy(String rule) {
        return "{\"policy\": [{\"users\": [\"" + ThisProcess.uid() + "\"], " + rule + "}]}";
    }

    @Test
    void aChangedPolicyCountsWholeOrNotAtAll() throws Exception {
        Path config = file(policy("\"boxes\": [\"a-*\"], \"kinds\": [\"fdbox,pipe-v1\"]"));
        try (var daemon = DaemonProcess.start(folder, "--config", config.toString());
                FdBoxClient client = daemon.client(); OwnedFd memory = TestFds.memfd("words")) {
            client.createBox("a-1");
            assertThatThrownBy(() -> client.createBox("b-1")).isInstanceOf(Refused.AccessDenied.class);
            assertThatThrownBy(() -> client.put("a-1", "m", memory))
                    .isInstanceOf(Refused.UnsupportedFd.class);

            file(policy("\"boxes\": [\"b-*\"], \"limits\": {\"leases\": -1}"));
            daemon.signal("HUP");
            daemon.awaitLog("\"policy[0].limits.leases\" must be a number");
            assertThatThrownBy(() -> client.createBox("b-1")).isInstanceOf(Refused.AccessDenied.class);

            file(policy("\"boxes\": [\"b-*\"], \"limits\": {\"leases\": 0}"));
            daemon.signal("HUP");
            daemon.awaitLog("configuration read again");
            client.createBox("b-1");
            client.put("a-1", "m", memory);
            assertThatThrownBy(() -> client.createBox("a-1")).isInstanceOf(Refused.AccessDenied.class);
            assertThatThrownBy(() -> client.lease("a-1", List.of("m")))
                    .isInstanceOf(Refused.QuotaExceeded.class);
            client.copy("a-1", "m").close();
        }
    }

    /// The daemon's own user has them all the same, so the log tells.
    @Test
    void whatThePolicyNoLongerAllowsComesBackWithheld() throws Exception {
        try (var daemon = DaemonProcess.start(folder);
                FdBoxClient client = daemon.client(); OwnedFd memory = TestFds.memfd("words")) {
            for (String box : List.of("a-1", "a-2", "b-1")) {
                client.createBox(box);
                if (box.equals("a-2")) {
                    client.put(box, "m", memory);
                }
                client.seal(box, false);
            }
            assertThat(daemon.terminate()).isZero();
        }
        Path config = file(policy("\"boxes\": [\"a-*\"], \"kinds\": [\"fdbox,pipe-v1\"]"));
        try (var daemon = DaemonProcess.start(folder, "--config", config.toString())) {
            assertThat(daemon.log()).contains("<4>pending box=a-2: ", "who put m, put fdbox,memfd-v1",
                    "<4>pending box=b-1: ", "may have no box of this name").doesNotContain("pending box=a-1");
            assertThat(daemon.terminate()).isZero();
        }
        try (var daemon = DaemonProcess.start(folder)) {
            assertThat(daemon.log()).contains("recovered boxes=3 entries=1").doesNotContain("pending");
        }
    }
}
