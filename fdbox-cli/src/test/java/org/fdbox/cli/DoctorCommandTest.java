package org.fdbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.fdbox.cli.doctor.Finding;
import org.fdbox.cli.text.Captured;
import org.fdbox.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

    private static final Finding OK = new Finding(Finding.Level.OK, "");
    private static final Finding NOTE = new Finding(Finding.Level.NOTE, "");
    private static final Finding FAULT = new Finding(Finding.Level.FAULT, "");
    private static final Finding NO_DAEMON = new Finding(Finding.Level.NO_DAEMON, "");

    @TempDir
    private Path folder;

    private final Captured captured = new Captured(false);

    private int run(Path socket) {
        return new FdboxCli(Map.of(), captured.console())
                .run(List.of("doctor", "--socket", socket.toString()));
    }

    @Test
    void theWorstFindingDecides() {
        assertThat(DoctorCommand.status(List.of(OK, NOTE))).isEqualTo(ExitStatus.DONE);
        assertThat(DoctorCommand.status(List.of(OK, NO_DAEMON))).isEqualTo(ExitStatus.NO_DAEMON);
        assertThat(DoctorCommand.status(List.of(NO_DAEMON, FAULT))).isEqualTo(ExitStatus.REFUSED);
    }

    @Test
    void saysThatThereIsNoDaemonAndHowToStartOne() {
        Path socket = folder.resolve("socket");
        assertThat(run(socket)).isEqualTo(ExitStatus.NO_DAEMON);
        assertThat(captured.out())
                .contains("ok     Java ", "fault  no daemon could be reached",
                        "start one: fdboxd --socket " + socket);
        assertThat(captured.out().lines()).allMatch(line -> line.matches("(ok    |note  |fault ) \\S.*"));
    }

    @Test
    void tellsTheSameAsJson() throws Exception {
        Path socket = folder.resolve("socket");
        assertThat(new FdboxCli(Map.of(), captured.console())
                .run(List.of("doctor", "--json", "--socket", socket.toString())))
                .isEqualTo(ExitStatus.NO_DAEMON);
        List<?> findings =
                (List<?>) Json.readObject(captured.out().getBytes(StandardCharsets.UTF_8)).get("findings");
        assertThat(findings).allSatisfy(finding -> assertThat((Map<?, ?>) finding).hasSize(2));
        assertThat(findings.toString()).contains("{level=ok, text=Java ",
                "{level=fault, text=no daemon could be reached at " + socket);
    }

    @Test
    void warnsOfAFolderThatOthersCanChange() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(run(folder.resolve("socket"))).isEqualTo(ExitStatus.REFUSED);
        assertThat(captured.out()).contains("fault  the socket's folder " + folder + " (mode 0777",
                "chmod go-w " + folder);
    }

    @Test
    void asksWhoAnswers() throws Exception {
        Path socket = folder.resolve("socket");
        String info = """
                {"parameters":{"vendor":"v","product":"fdboxd","version":"9.9","url":"u",\
                "interfaces":["org.fdbox.Store"]}}\0""";
        try (var _ = new CannedDaemon(socket, info)) {
            assertThat(run(socket)).isEqualTo(ExitStatus.DONE);
        }
        assertThat(captured.out()).contains("note   fdboxd 9.9 answers; this command is of version ",
                "descriptors open");
    }

    @Test
    void recognisesAStranger() throws Exception {
        Path socket = folder.resolve("socket");
        try (var _ = new CannedDaemon(socket, "220 mail.example ESMTP\r\n")) {
            assertThat(run(socket)).isEqualTo(ExitStatus.REFUSED);
        }
        assertThat(captured.out()).contains("fault  what listens at " + socket + " is no fdboxd");
    }
}
