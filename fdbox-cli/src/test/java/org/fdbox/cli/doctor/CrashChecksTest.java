package org.fdbox.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.fdbox.sys.UnixAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is made of systemd's answer.
class CrashChecksTest {

    private static Finding finding(String kept, String room) {
        return CrashChecks.finding("fdboxd.service",
                Map.of("NFileDescriptorStore", kept, "FileDescriptorStoreMax", room));
    }

    @Test
    void aUnitThatHasItsLedgersStoredSurvives() {
        assertThat(finding("7", "64")).isEqualTo(Finding.ok(
                "entries survive a crash of fdboxd.service: systemd keeps 5 descriptors of them, and may keep 61"));
        assertThat(finding("2", "64").level()).isEqualTo(Finding.Level.OK);
    }

    @ParameterizedTest
    @CsvSource({"/run/fdbox/org.fdbox.Store, fdboxd.service, false",
        "/run/fdbox-web/org.fdbox.Store, fdboxd@web.service, false",
        "/run/user/1000/fdbox/org.fdbox.Store, fdboxd.service, true",
        "/run/fdbox-we.b/x/y, fdboxd.service, true",
        "@abstract, fdboxd.service, true"})
    void theUnitIsThatOfTheSocket(String socket, String unit, boolean ofUser) {
        assertThat(CrashChecks.unit(new UnixAddress(socket), true))
                .isEqualTo(new CrashChecks.Unit(unit, ofUser));
        assertThat(CrashChecks.unit(new UnixAddress(socket), false))
                .isEqualTo(new CrashChecks.Unit(unit, false));
    }

    @Test
    void oneThatHasNoneDoesNot() {
        assertThat(finding("0", "0").level()).isEqualTo(Finding.Level.NOTE);
        assertThat(finding("0", "0").text()).endsWith("set FileDescriptorStoreMax= in the unit");
        assertThat(finding("0", "64").text()).endsWith("systemd keeps nothing of it");
        assertThat(CrashChecks.finding("fdboxd.service", Map.of()).level()).isEqualTo(Finding.Level.NOTE);
    }
}
