package org.fdbox.test.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How much of the machine the system's units can reach, by systemd's own reckoning ('systemd-analyze security').
class ExposureTest {

    /// Of --offline=.
    private static final int OFFLINE = 250;
    /// Later ones may ask about directives that nobody thought of here.
    private static final int THOUGHT_OF = 252;
    /// Below 2.0 is at most 1.9; the option takes tenths.
    private static final int MOST = 19;
    private static final Pattern LEFT_OFF = Pattern.compile("(?m)^✗ (\\w+)=");

    private static int version;

    @BeforeAll
    static void findSystemd() throws Exception {
        assumeTrue(Shell.has("systemd-analyze"), "systemd-analyze is not installed");
        String said = Shell.run(List.of("systemd-analyze", "--version")).out();
        version = Integer.parseInt(said.replaceFirst("(?s)systemd (\\d+).*", "$1"));
        assumeTrue(version >= OFFLINE, "systemd " + version + " rates no unit that is not installed");
    }

    private static Path unit(String name) {
        return Programs.repository().resolve("systemd").resolve(name);
    }

    private static Shell.Result rating(String name) throws Exception {
        return Shell.run(List.of("env", "LC_ALL=C.UTF-8", "systemd-analyze", "security", "--no-pager",
                "--offline=true", "--threshold=" + MOST, unit(name).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fdboxd.service", "fdboxd@.service"})
    void isBelowTwo(String name) throws Exception {
        Shell.Result rating = rating(name);
        assertThat(rating.out()).contains("Overall exposure level");
        assertThat(rating.status()).as(rating.out()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fdboxd.service", "fdboxd@.service"})
    void eachDirectiveLeftOffHasItsReason(String name) throws Exception {
        assumeTrue(version <= THOUGHT_OF, "systemd " + version + " may ask about more");
        List<String> leftOff = LEFT_OFF.matcher(rating(name).out()).results()
                .map(MatchResult::group).map(line -> line.replaceAll("\\W", "")).toList();
        assertThat(leftOff).contains("PrivateNetwork");
        List<String> reasons = Files.readAllLines(unit(name)).stream()
                .filter(line -> line.startsWith("#")).toList();
        assertThat(leftOff).allSatisfy(directive -> assertThat(String.join(" ", reasons))
                .contains(directive));
    }
}
