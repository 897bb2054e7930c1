package org.fdbox.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is made of systemd's answer.
class CrashChecksTest {

    private static Finding finding(String kept, String room) {
        return CrashChecks.finding(Map.of("NFileDescriptorStore", kept, "FileDescriptorStoreMax", room));
    }

    @Test
    void aUnitThatHasItsLedgersStoredSurvives() {
        assertThat(finding("7", "64")).isEqualTo(Finding.ok(
                "entries survive a crash of fdboxd.service: systemd keeps 5 descriptors of them, and may keep 61"));
        assertThat(finding("2", "64").level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void oneThatHasNoneDoesNot() {
        assertThat(finding("0", "0").level()).isEqualTo(Finding.Level.NOTE);
        assertThat(finding("0", "0").text()).endsWith("set FileDescriptorStoreMax= in the unit");
        assertThat(finding("0", "64").text()).endsWith("systemd keeps nothing of it");
        assertThat(CrashChecks.finding(Map.of()).level()).isEqualTo(Finding.Level.NOTE);
    }
}
