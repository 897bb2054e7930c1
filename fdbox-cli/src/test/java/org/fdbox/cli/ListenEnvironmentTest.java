package org.fdbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenEnvironmentTest {

    @Test
    void tellsTheProgramWhatItWasHanded() {
        Map<String, String> environment =
                ListenEnvironment.of(Map.of("HOME", "/root"), null, List.of("ram", "disk:0"), 3, 4711);
        assertThat(environment)
                .containsOnly(
                        Map.entry("HOME", "/root"),
                        Map.entry("LISTEN_FDS", "2"),
                        Map.entry("LISTEN_PID", "4711"),
                        Map.entry("LISTEN_FDNAMES", "ram:disk_0"),
                        Map.entry("FDBOX_FD_ram", "3"),
                        Map.entry("FDBOX_FD_disk_0", "4"));
    }

    @ParameterizedTest
    @CsvSource({"ram, ram", "disk-0.img, disk_0_img", "a b, a_b", "é, _", "日本, __", "🚀x, _x", "Web2, Web2"})
    void aVariableHasOnlyLettersAndDigits(String name, String variable) {
        assertThat(ListenEnvironment.variable(name)).isEqualTo("FDBOX_FD_" + variable);
    }

    @Test
    void ofTwoNamesForOneVariableTheFirstHasIt() {
        assertThat(ListenEnvironment.of(Map.of(), null, List.of("a-b", "a.b"), 10, 1))
                .containsEntry("FDBOX_FD_a_b", "10")
                .containsEntry("LISTEN_FDNAMES", "a-b:a.b");
    }

    @Test
    void whatAnOuterGetSaidIsGone() {
        Map<String, String> outer =
                Map.of("FDBOX_FD_old", "3", "LISTEN_FDS", "7", "LISTEN_PIDFDID", "1", "FDBOX_SOCKET", "@x");
        assertThat(ListenEnvironment.of(outer, null, List.of("new"), 3, 1))
                .doesNotContainKeys("FDBOX_FD_old", "LISTEN_PIDFDID")
                .containsEntry("LISTEN_FDS", "1")
                .containsEntry("FDBOX_SOCKET", "@x");
    }

    @ParameterizedTest
    @CsvSource({"fd:3/vm1, false", "fd:3, false", "./fd:3, true", "fd:x, true", "/run/fd:3, true"})
    void aConnectionThatWasPassedIsClosedByThen(String address, boolean stays) {
        Map<String, String> environment =
                ListenEnvironment.of(Map.of("FDBOX_SOCKET", address), null, List.of("new"), 3, 1);
        assertThat(environment.containsKey("FDBOX_SOCKET")).isEqualTo(stays);
    }

    @Test
    void theCallersLocaleComesBack() {
        Map<String, String> inherited = Map.of("LC_ALL", "C.UTF-8");
        assertThat(ListenEnvironment.of(inherited, "de_DE", List.of(), 3, 1)).containsEntry("LC_ALL",
                "de_DE");
        assertThat(ListenEnvironment.of(inherited, "", List.of(), 3, 1)).doesNotContainKey("LC_ALL");
        assertThat(ListenEnvironment.of(inherited, null, List.of(), 3, 1)).containsEntry("LC_ALL", "C.UTF-8");
    }
}
