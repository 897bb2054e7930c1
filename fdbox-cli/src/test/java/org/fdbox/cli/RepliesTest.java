package org.fdbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fdbox.cli.text.Captured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is printed and returned for what a daemon answers, a hostile one included.
class RepliesTest {

    private static final String HOSTILE_BOX = """
            {"parameters":{"boxes":[{"name":"a\\u001b[31m\\u009b\\nb","sealed":true,"owner":3000000000,"group":0,\
            "mode":"0750","entries":3,"pending":1,"createdUSec":1}]}}\0""";

    @TempDir
    private Path folder;

    private final Captured captured = new Captured(false);

    private int run(String answer, String... arguments) throws Exception {
        Path socket = folder.resolve("socket");
        try (var _ = new CannedDaemon(socket, answer)) {
            return new FdboxCli(Map.of("FDBOX_SOCKET", socket.toString()), captured.console())
                    .run(List.of(arguments));
        }
    }

    @Test
    void namesCannotReachTheTerminalRaw() throws Exception {
        assertThat(run(HOSTILE_BOX, "ls")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out()).contains("a\\x1b[31m\\x9b\\nb  yes", "3000000000", "0750")
                .doesNotContain("\u001b");
        assertThat(captured.out().lines()).hasSize(2);
    }

    @Test
    void norInJson() throws Exception {
        assertThat(run(HOSTILE_BOX, "ls", "--json")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out()).isEqualTo("""
                {"boxes":[{"name":"a\\u001B[31m\\u009b\\nb","sealed":true,"owner":3000000000,"group":0,"mode":"0750",\
                "entries":3,"pending":1,"createdUSec":1}]}
                """);
    }

    @Test
    void anEmptyListSaysSo() throws Exception {
        assertThat(run("{\"parameters\":{\"boxes\":[]}}\0", "ls")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out()).isEmpty();
        assertThat(captured.errors()).isEqualTo("no boxes here; 'fdbox create BOX' makes one\n");
    }

    @Test
    void aReplyThatSaysNothingIsAnEmptyObject() throws Exception {
        assertThat(run("{}\0", "create", "vm1", "--json")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out()).isEqualTo("{}\n");
    }

    @Test
    void andNothingForPeople() throws Exception {
        assertThat(run("{}\0", "create", "vm1")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out()).isEmpty();
        assertThat(captured.errors()).isEmpty();
    }

    @Test
    void aDeletionTellsWhatWasReleased() throws Exception {
        assertThat(run("{\"parameters\":{\"released\":1}}\0", "delete", "vm1")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out()).isEqualTo("deleted box \"vm1\" and released 1 entry\n");
    }

    @Test
    void aSaveTellsWhatItLeftOut() throws Exception {
        String saved =
                """
                {"parameters":{"bytesDone":1048576,"bytesTotal":1048576,"entriesDone":2,"entriesTotal":2,\
                "manifest":"/state/handover.json","leftOut":[{"box":"other","reason":"the box is not sealed"}]}}\0""";
        assertThat(run(saved, "save")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out())
                .startsWith("saved 2 entries with 1.0 MiB of contents in ")
                .endsWith("""
                        : /state/handover.json

                        Left out:
                        BOX    NAME             HANDLER  WHY
                        other  (the whole box)  -        the box is not sealed
                        """);
        assertThat(captured.errors()).isEmpty();
    }

    @Test
    void aStatusTellsWhatIsPending() throws Exception {
        String status = """
                {"parameters":{"generation":3,"state":"live","recoveredBoxes":1,"recoveredEntries":2,"pending":\
                [{"box":"vm1","name":"x","compatible":"acme,x-v1","reason":"no handler"}],"lost":[]}}\0""";
        assertThat(run(status, "status")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out()).isEqualTo("""
                state       live
                generation  3
                recovered   1 box with 2 entries

                Pending, each until a handler restores it or it is dropped:
                BOX  NAME  HANDLER    WHY
                vm1  x     acme,x-v1  no handler
                """);
    }

    private static final String EVENTS = """
            {"parameters":{"event":"ready","sequence":0},"continues":true}\0\
            {"parameters":{"event":"put","box":"vm1","name":"r\\u001bm","uid":4000000000,"sequence":1},"continues":true}\0\
            {"parameters":{"event":"missed","missed":1,"sequence":2},"continues":true}\0\
            {"parameters":{"event":"handoverPlanned","deadlineUSec":1000000,"sequence":3},"continues":true}\0\
            {"parameters":{"event":"later","box":"vm1","sequence":4},"continues":true}\0""";

    @Test
    void eventsLineUpAndTheirEndIsTheDaemons() throws Exception {
        assertThat(run(EVENTS, "monitor")).isEqualTo(ExitStatus.BROKE_OFF);
        String time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}";
        assertThat(captured.out().lines().map(line -> line.replaceAll(time, "TIME"))).containsExactly(
                "TIME  ready            -",
                "TIME  put              4000000000  vm1/r\\x1bm",
                "TIME  missed           -         1 event",
                "TIME  handoverPlanned  -         at TIME",
                "TIME  later            -         vm1");
        assertThat(captured.errors()).isEqualTo("fdbox: the daemon broke off before it answered\n");
    }

    @Test
    void eventsAsTheyCame() throws Exception {
        assertThat(run(EVENTS, "monitor", "vm1", "--json")).isEqualTo(ExitStatus.BROKE_OFF);
        assertThat(captured.out().lines()).hasSize(5).startsWith(
                "{\"event\":\"ready\",\"sequence\":0}",
                "{\"event\":\"put\",\"box\":\"vm1\",\"name\":\"r\\u001Bm\",\"uid\":4000000000,\"sequence\":1}");
    }

    @Test
    void aRefusalHasItsShortNameAndItsMeaning() throws Exception {
        String refusal =
                "{\"error\":\"org.fdbox.Store.NoSuchBox\",\"parameters\":{\"box\":\"vm1\\u001b\"}}\0";
        assertThat(run(refusal, "ls", "vm1")).isEqualTo(ExitStatus.REFUSED);
        assertThat(captured.errors()).isEqualTo("fdbox: NoSuchBox: no box \"vm1\\x1b\"\n");
    }

    @Test
    void anEarlyEndIsToldFromNonsense() throws Exception {
        assertThat(run("", "ls")).isEqualTo(ExitStatus.BROKE_OFF);
        assertThat(captured.errors()).isEqualTo("fdbox: the daemon broke off before it answered\n");
        assertThat(run("HTTP/1.1 400\0", "ls")).isEqualTo(ExitStatus.BROKE_OFF);
        assertThat(captured.errors()).contains("\nfdbox: what answers there is no fdboxd: ");
    }

    @Test
    void aHandoutThatIsMissingItsDescriptorTakesNothing() throws Exception {
        String handed = "{\"parameters\":{\"files\":[],\"lease\":\"1\"}}\0";
        assertThat(run(handed, "get", "vm1", "ram", "--", "true")).isEqualTo(ExitStatus.BROKE_OFF);
        assertThat(captured.errors())
                .isEqualTo("fdbox: the daemon handed out [] and was asked for [ram]\n");
    }

    @Test
    void aReplyOfAnotherShapeIsNoFdboxds() throws Exception {
        assertThat(run("{\"parameters\":{\"files\":[]}}\0", "ls")).isEqualTo(ExitStatus.BROKE_OFF);
        assertThat(captured.errors()).isEqualTo("fdbox: what answers there is no fdboxd: its reply to"
                + " org.fdbox.Store.ListBoxes is not what the interface says: parameter \"boxes\" is missing,"
                + " unknown or malformed\n");
    }
}
