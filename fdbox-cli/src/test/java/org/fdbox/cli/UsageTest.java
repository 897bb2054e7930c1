package org.fdbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fdbox.cli.text.Captured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Command lines that are judged before any daemon is asked.
class UsageTest {

    static final List<String> NAMES = Commands.NAMES;
    private static final int WIDTH = 100;

    private final Captured captured = new Captured(false);

    private int run(String... arguments) {
        return new FdboxCli(Map.of("FDBOX_SOCKET", "/nonexistent/fdbox"), captured.console())
                .run(List.of(arguments));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                             | which command?
            lss                            | there is no command "lss"
            ls --sokcet                    | there is no option --sokcet
            ls a b                         | there is one argument too many: b
            create                         | Missing required parameter: 'BOX'
            create -x                      | there is no option -x; a name that begins with '-' stands behind a '--'
            drop vm1 -x                    | there is no option -x; a name that begins with '-' stands behind a '--'
            create caf\ufffd                 | "caf\ufffd" is not UTF-8, or has a U+FFFD: it cannot be told which
            get vm1 a -- true \ufffd         | "\ufffd" is not UTF-8, or has a U+FFFD: it cannot be told which
            save --dir=                    | --dir needs a folder
            create vm1 --mode 9            | "9" is no mode: it must be three octal digits, for example 0750
            chmod vm1                      | Missing required parameter: 'MODE'
            chown vm1 :                    | neither an owner nor a group is given
            chown vm1 4294967295           | 4294967295 is no number of a user or group: the highest is 4294967294
            put vm1                        | Missing required parameter: 'NAME'
            put vm1 a=1 --fd 2             | --fd is for one NAME; several are written NAME=N
            put vm1 a b                    | "a" has no number: several entries are written NAME=N, where N is the number of a descriptor
            put vm1 a=x                    | "x" is no number of a descriptor
            put vm1 a --fd -1              | "-1" is no number of a descriptor
            put vm1 a=1 a=2                | the name "a" is given twice
            get vm1 a                      | what is to be run? '-- COMMAND' stands behind the names
            get vm1 -- true                | Missing required parameter: 'NAME'
            get vm1 a a=ro -- true         | the name "a" is given twice
            get vm1 a=x -- true            | "a=x": an entry is opened anew with =ro, =wo or =rw behind its name
            get vm1 a --at 2 -- true       | --at must be at least 3: the numbers below are the standard ones
            get vm1 a -- /nonexistent/prog | there is no program "/nonexistent/prog"; nothing was taken
            open vm1                       | what is to be run? '-- COMMAND' stands behind the box
            open -- true                   | Missing required parameter: 'BOX'
            open vm1 --rights x -- true    | "x" is no right: they are list,copy,put,take,seal
            open vm1 --rights put, -- true | "" is no right: they are list,copy,put,take,seal
            open vm1 -- /nonexistent/prog  | there is no program "/nonexistent/prog"; nothing was opened
            ls --socket fd:999             | no connection at fd:999: no descriptor 999 was passed to fdbox; a shell passes one with 999<FILE, for example
            doctor --socket fd:3/vm1       | fd:3/vm1 is a connection, and no address that a daemon listens at
            cat vm1                        | Missing required parameter: 'NAME'
            --socket @ ls                  | "@" cannot be the address of a Unix socket: the name behind the '@' must have 1 to 107 bytes and has 0
            """)
    void isWrong(String line, String reason) {
        assertThat(run(Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).toArray(String[]::new)))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(captured.errors()).startsWith("fdbox: " + reason + "\n").endsWith("--help' tells more\n");
        assertThat(captured.errors().lines()).hasSize(2);
        assertThat(captured.out()).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyCommandHelps(String name) {
        assertThat(run(name, "--help")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out())
                .contains("\n\nUsage: fdbox " + name, "\n\nOptions:\n", "--socket=PATH", "--json",
                        "\n\nExample", "\n  fdbox ")
                .doesNotContain("%n", "null");
        assertThat(captured.out().lines()).allMatch(line -> line.length() <= WIDTH);
        assertThat(captured.errors()).isEmpty();
    }

    @Test
    void theHelpNamesAllCommands() {
        assertThat(run("--help")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out())
                .contains(NAMES.stream().map(name -> "\n  " + name + " ").toArray(String[]::new));
    }

    @Test
    void tellsItsVersion() {
        assertThat(run("--version")).isEqualTo(ExitStatus.DONE);
        assertThat(captured.out()).startsWith("fdbox ");
    }

    static List<List<String>> commandsThatNeedADaemon() {
        return Stream
                .of("ls", "ls vm1", "create a", "delete a", "chown a 0", "chmod a 0700", "get a b -- true",
                        "cat a b",
                        "drop a b", "open a -- true", "seal a", "unseal a", "prepare a", "save", "status",
                        "handlers",
                        "ls --json")
                .map(line -> List.of(line.split(" ")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commandsThatNeedADaemon")
    void saysThatThereIsNoDaemon(List<String> arguments) {
        var withAddress = new ArrayList<>(List.of("--socket", "/nonexistent/socket"));
        withAddress.addAll(arguments);
        assertThat(run(withAddress.toArray(String[]::new))).isEqualTo(ExitStatus.NO_DAEMON);
        assertThat(captured.errors()).isEqualTo("""
                fdbox: no daemon could be reached at /nonexistent/socket (ENOENT, no such file or directory)
                start one with 'fdboxd', or say with --socket or $FDBOX_SOCKET where it listens
                """);
        assertThat(captured.out()).isEmpty();
    }

    @Test
    void aNameThatBeginsWithAMinusStandsBehindTwoOfThem() {
        assertThat(run("get", "--", "-box", "-name", "--", "true", "--", "x"))
                .isEqualTo(ExitStatus.NO_DAEMON);
    }

    @Test
    void anAbstractAddressIsNoFileOfArguments() {
        assertThat(run("ls", "--socket", "@fdbox-test-nobody")).isEqualTo(ExitStatus.NO_DAEMON);
        assertThat(captured.errors()).contains("@fdbox-test-nobody");
    }
}
