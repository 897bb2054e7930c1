package org.fdbox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineSplitTest {

    @Test
    void theCommandIsTheFirstArgumentThatIsNoOption() throws UsageException {
        CommandLineSplit split =
                CommandLineSplit.of(List.of("--socket", "ls", "--json", "put", "vm1", "ram", "--fd", "3"));
        assertThat(split.command()).contains("put");
        assertThat(split.rest()).containsExactly("--socket", "ls", "--json", "vm1", "ram", "--fd", "3");
    }

    @Test
    void anOptionMayCarryItsValue() throws UsageException {
        CommandLineSplit split = CommandLineSplit.of(List.of("--socket=@x", "ls"));
        assertThat(split.command()).contains("ls");
        assertThat(split.rest()).containsExactly("--socket=@x");
    }

    @Test
    void versionAndHelpNeedNoCommand() throws UsageException {
        assertThat(CommandLineSplit.of(List.of("--version")).version()).isTrue();
        assertThat(CommandLineSplit.of(List.of("-V")).version()).isTrue();
        assertThat(CommandLineSplit.of(List.of("-h")).help()).isTrue();
        assertThat(CommandLineSplit.of(List.of()).command()).isEmpty();
    }

    @Test
    void helpBeforeACommandIsTheCommandsHelp() throws UsageException {
        assertThat(CommandLineSplit.of(List.of("--help", "ls")).rest()).containsExactly("--help");
    }

    @Test
    void otherOptionsBelongBehindTheCommand() {
        assertThatThrownBy(() -> CommandLineSplit.of(List.of("--keep", "get")))
                .isInstanceOf(UsageException.class)
                .hasMessage("there is no option --keep before the command");
        assertThatThrownBy(() -> CommandLineSplit.of(List.of("--socket")))
                .hasMessage("--socket needs a value");
    }
}
