package org.fdbox.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.fdbox.daemon.policy.Explanation;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Rule;
import org.fdbox.daemon.support.FuzzFolder;
import org.fdbox.daemon.support.Users;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a configuration file.
class ConfigFuzzTest {

    private static FuzzFolder folder;
    private static Path file;

    @BeforeAll
    static void open() throws Exception {
        folder = new FuzzFolder();
        file = folder.path().resolve("fdboxd.json");
    }

    @AfterAll
    static void close() throws Exception {
        folder.close();
    }

    static Stream<byte[]> seeds() {
        return Stream
                .of("{}",
                        """
                {"socketGroup":"0","disabledHandlers":["acme,x-v1"],"pluginDirectory":"/srv","threads":2,"stallSeconds":5,
                "crashSurvival":"safe","handoverNoticeSeconds":7,"logLevel":"warn","unknownOwners":"withheld"}""",
                        """
                {"limits":{"boxesPerUid":1,"entriesPerUid":2,"leasesPerUid":3,"connectionsPerUid":4,"payloadBytesPerUid":5,
                "unfinishedBytesPerUid":4096,"unfinishedBytes":65536}}""", """
                {"policy":[{"name":"r","users":["1000"],"groups":["5"],"boxes":["a*b?","*"],"kinds":["acme,x-v1"],"limits":{"boxes":9,
                "entries":8,"leases":7,"connections":6,"payloadBytes":0}},{"limits":{"boxes":0}}]}""")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /// A file is applied whole, or refused whole with every fault, a line each. Of what is applied, every number is in its bounds, and
    /// everybody has a rule, which can be told in words.
    @MethodSource("seeds")
    @FuzzTest(maxExecutions = 20_000)
    void isAppliedOrRefused(byte[] bytes) throws Exception {
        Config config;
        try {
            config = Config.read(Files.write(file, bytes));
        } catch (Config.Faulty faulty) {
            assertThat(faulty.getMessage()).startsWith(file + ":\n  ")
                    .hasSizeGreaterThan(file.toString().length() + 10);
            return;
        }
        assertThat(config.threads()).isBetween(1, 64);
        assertThat(config.stallSeconds()).isBetween(1, 3600);
        Rule rule = config.policy().ruleFor(Users.SELF);
        Limits limits = rule.limits();
        assertThat(limits.boxes()).isBetween(0, 1_000_000);
        assertThat(limits.payloadBytes()).isNotNegative();
        assertThat(rule.allowsBox("a-b")).isIn(false, true);
        assertThat(Explanation.of(config.policy())).isNotEmpty();
    }
}
