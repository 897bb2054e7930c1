package org.fdbox.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DetailTest {

    @Test
    void tellsWhatMattersOfEachKind() {
        assertThat(Detail.of(Map.of("size", 4096L, "seals", List.of("shrink", "grow"), "path", "/x")))
                .contains("4.0 KiB, sealed: shrink grow");
        assertThat(Detail.of(Map.of("size", 10L, "path", "/x"))).contains("10 B");
        assertThat(Detail.of(Map.of("count", "42", "semaphore", false))).contains("count 42");
        assertThat(Detail.of(Map.of("address", "/run/x", "type", "stream"))).contains("/run/x");
        assertThat(Detail.of(Map.of("path", "/dev/null", "represents", "1:3"))).contains("/dev/null");
        assertThat(Detail.of(Map.of("waiting", 3L, "end", "read", "capacity", 65536L)))
                .contains("read end, 3 B waiting");
    }

    @Test
    void passesOverWhatItDoesNotKnow() {
        assertThat(Detail.of(Map.of())).isEmpty();
        assertThat(Detail.of(Map.of("size", "huge", "path", 7L, "more", List.of()))).isEmpty();
    }
}
