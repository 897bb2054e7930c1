package org.fdbox.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.policy.Glob;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Rule;
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
    void theKernelIsUsedWhereItCanUnlessSomebodySaysOtherwise() throws Exception {
        assertThat(read("{}").luo()).isEqualTo(Use.AUTO);
        assertThat(read("{\"luo\": \"only\"}").luo()).isEqualTo(Use.ONLY);
        assertThatThrownBy(() -> read("{\"luo\": \"on\"}"))
                .hasMessageContaining("\"luo\" must be one of auto, off, only");
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

    @Test
    void rulesByNameOrNumber() throws Exception {
        Config config = read("""
                {"limits": {"boxesPerUid": 7, "leasesPerUid": 8, "payloadBytesPerUid": 9},
                 "policy": [{"name": "machines", "users": ["root", "4294967294"], "groups": ["root", "12"],
                             "boxes": ["vm-*"], "kinds": ["fdbox,memfd-v1"],
                             "limits": {"boxes": 1, "payloadBytes": 1099511627776}},
                            {"boxes": [], "kinds": []}]}
                """);
        assertThat(config.policy().limits()).isEqualTo(new Limits(7, 100_000, 8, 20_000, 9));
        Rule machines = config.policy().rules().getFirst();
        assertThat(machines).isEqualTo(new Rule("machines", Set.of(0, -2), Set.of(0, 12),
                Optional.of(List.of(new Glob("vm-*"))), Optional.of(Set.of("fdbox,memfd-v1")),
                new Limits(1, 100_000, 8, 20_000, 1L << 40)));
        assertThat(config.policy().rules().getLast()).isEqualTo(new Rule("2", Set.of(), Set.of(),
                Optional.of(List.of()), Optional.of(Set.of()), config.policy().limits()));
    }

    @Test
    void everyFaultOfARuleIsNamed() {
        assertThatThrownBy(() -> read("""
                {"policy": [{"user": ["root"]}, {"users": [], "groups": ["no-such-group"], "boxes": "vm",
                             "kinds": ["fdbox,memdf-v1"], "limits": {"boxes": -1, "sockets": 1}, "name": 3},
                            {"users": ["no-such-user", 5], "limits": []}, {"users": ["4294967296"]}]}
                """))
                .hasMessageContaining("\"policy[0].user\" is unknown; known are boxes, groups")
                .hasMessageContaining("\"policy[1].users\" must be left out, or name a user")
                .hasMessageContaining("\"policy[1].groups\" must be of groups of this system")
                .hasMessageContaining("\"policy[1].boxes\" must be a list of strings")
                .hasMessageContaining("\"policy[1].kinds\" must be of installed handlers")
                .hasMessageContaining("\"policy[1].limits.boxes\" must be a number from 0")
                .hasMessageContaining("\"policy[1].limits.sockets\" is unknown")
                .hasMessageContaining("\"policy[1].name\" must be a string")
                .hasMessageContaining("\"policy[2].users\" must be a list of strings")
                .hasMessageContaining("\"policy[2].limits\" must be an object")
                .hasMessageContaining("\"policy[3].users\" must be of users of this system");
        assertThatThrownBy(() -> read("{\"policy\": {\"users\": []}}"))
                .hasMessageContaining("\"policy\" must be a list of objects");
    }
}
