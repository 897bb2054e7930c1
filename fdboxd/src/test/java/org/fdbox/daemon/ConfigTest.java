package org.fdbox.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fdbox.daemon.service.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a configuration file may say.
class ConfigTest {

    @TempDir
    private Path folder;

    private Config read(String json) throws Exception {
        return Config.read(Files.writeString(folder.resolve("fdboxd.json"), json));
    }

    @Test
    void nothingMeansTheDefaults() throws Exception {
        assertThat(read("{}")).isEqualTo(Config.defaults());
        assertThat(read("{\"limits\": {}, \"disabledHandlers\": []}")).isEqualTo(Config.defaults());
    }

    @Test
    void installedHandlersAndGroupsOfThisSystem() throws Exception {
        Config config =
                read("{\"disabledHandlers\": [\"fdbox,pipe-v1\", \"acme,tape-v1\"], \"socketGroup\": \"0\"}");
        assertThat(config.disabledHandlers()).containsExactlyInAnyOrder("fdbox,pipe-v1", "acme,tape-v1");
        assertThat(config.socketGroup()).contains("0");
    }

    @Test
    void namesThatNameNothing() {
        assertThatThrownBy(() -> read(
                "{\"disabledHandlers\": [\"fdbox,memdf-v1\", \"fdbox,pipe-v1\"], \"socketGroup\": \"no-such-group\"}"))
                .isInstanceOf(Config.Faulty.class)
                .hasMessageContaining("\"socketGroup\" must be a group of this system")
                .hasMessageContaining("\"fdbox,memdf-v1\" is none; there are fdbox,")
                .hasMessageNotContaining("\"fdbox,pipe-v1\" is none");
    }

    @Test
    void crashSurvivalIsChosenOrLeftToWhatThereIs() throws Exception {
        assertThat(read("{}").crashSurvival()).isEmpty();
        assertThat(read("{\"crashSurvival\": \"fast\"}").crashSurvival()).contains(Mode.FAST);
        assertThatThrownBy(() -> read("{\"crashSurvival\": \"\"}"))
                .hasMessageContaining("\"crashSurvival\" must be one of fast, off, safe");
    }

    @Test
    void numbersWithinBounds() {
        assertThatThrownBy(
                () -> read(
                        "{\"threads\": 65, \"stallSeconds\": 0, \"handoverNoticeSeconds\": 301, \"limits\": {\"boxesPerUid\": 1.0}}"))
                .hasMessageContaining("\"threads\" must be a number from 1 to 64")
                .hasMessageContaining("\"stallSeconds\" must be a number from 1 to 3600")
                .hasMessageContaining("\"handoverNoticeSeconds\" must be a number from 0 to 300")
                .hasMessageContaining("\"limits.boxesPerUid\" must be a number from 0");
    }
}
