package org.fdbox.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    @Test
    void writesUtf8InEveryLocale() throws IOException {
        var captured = new Captured(false);
        captured.console().line("日本");
        captured.console().tell("né");
        assertThat(captured.out()).isEqualTo("日本\n");
        assertThat(captured.errors()).isEqualTo("né\n");
    }

    @Test
    void coloursOnlyATerminal() {
        assertThat(new Captured(false).console().coloured(Console.Colour.RED, "no")).isEqualTo("no");
        assertThat(new Captured(true).console().coloured(Console.Colour.RED, "no"))
                .isEqualTo("\u001b[31mno\u001b[0m");
    }

    @Test
    void saysThatItCannotWrite() {
        assertThatThrownBy(() -> failing("No space left on device").line("x"))
                .isInstanceOf(OutputLostException.class)
                .hasMessage("cannot write to standard output: No space left on device")
                .matches(lost -> !((OutputLostException) lost).isBrokenPipe());
        assertThatThrownBy(() -> failing("Broken pipe").line("x"))
                .matches(lost -> ((OutputLostException) lost).isBrokenPipe());
    }

    @Test
    void doesNotMindAClosedStandardError() {
        failing("Bad file descriptor").tell("nobody hears this");
    }

    private static Console failing(String reason) {
        var broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
        return new Console(broken, broken, null);
    }
}
