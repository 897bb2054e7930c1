package org.fdbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Errno;
import org.fdbox.sys.SystemCallException;
import org.junit.jupiter.api.Test;

class FailureTest {

    @Test
    void refusalsAreOne() {
        assertThat(Failure.of(new Refused.BoxSealed("vm1"), "put"))
                .isEqualTo(new Failure(1, "BoxSealed: box \"vm1\" is sealed; unseal it first"));
        assertThat(Failure.of(new Refused.Other("org.acme.New", Map.of("x", 1L)), "put"))
                .isEqualTo(new Failure(1, "New: org.acme.New {x=1}"));
    }

    @Test
    void wrongUsageIsTwoAndPointsAtTheHelp() {
        assertThat(Failure.of(new UsageException("no"), "put"))
                .isEqualTo(new Failure(2, "no\n'fdbox put --help' tells more"));
        assertThat(Failure.of(new UsageException("no"), ""))
                .isEqualTo(new Failure(2, "no\n'fdbox --help' tells more"));
    }

    @Test
    void whatFailsOnThisSideIsOne() {
        assertThat(Failure.of(new FailedException("no"), "get")).isEqualTo(new Failure(1, "no"));
        assertThat(Failure.of(new SystemCallException("dup", "descriptor 3", Errno.EMFILE), "get").status())
                .isEqualTo(1);
        assertThat(Failure.of(new IOException("no"), "demo")).isEqualTo(new Failure(1, "no"));
        assertThat(Failure.of(new NoSuchFileException("/x"), "demo").text())
                .contains("NoSuchFileException: /x");
    }

    @Test
    void aFaultOfOursIsOneLineToo() {
        assertThat(Failure.of(new IllegalStateException("a\nb"), "ls").text()).contains("a fault in fdbox",
                "a\\nb");
        assertThat(Failure.of(new OutOfMemoryError("Java heap space"), "ls").status()).isEqualTo(1);
    }
}
