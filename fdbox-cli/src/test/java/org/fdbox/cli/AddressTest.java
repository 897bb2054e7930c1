package org.fdbox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressTest {

    @Test
    void theOptionComesFirstThenTheVariable() throws UsageException {
        Map<String, String> environment = Map.of("FDBOX_SOCKET", "/env", "XDG_RUNTIME_DIR", "/run/user/7");
        assertThat(Address.of(Optional.of("@option"), environment).text()).isEqualTo("@option");
        assertThat(Address.of(Optional.empty(), environment).text()).isEqualTo("/env");
    }

    @Test
    void everyUserHasAUsualPlace() {
        assertThat(Address.usual(0, Map.of("XDG_RUNTIME_DIR", "/x"))).isEqualTo("/run/fdbox/org.fdbox.Store");
        assertThat(Address.usual(7, Map.of("XDG_RUNTIME_DIR", "/x"))).isEqualTo("/x/fdbox/org.fdbox.Store");
        assertThat(Address.usual(7, Map.of("XDG_RUNTIME_DIR", "")))
                .isEqualTo("/run/user/7/fdbox/org.fdbox.Store");
        assertThat(Address.usual(-2, Map.of())).isEqualTo("/run/user/4294967294/fdbox/org.fdbox.Store");
    }

    @Test
    void anImpossibleOneIsWrongUsage() {
        assertThatThrownBy(() -> Address.of(Optional.of("/" + "x".repeat(107)), Map.of()))
                .isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> Address.of(Optional.of(""), Map.of())).isInstanceOf(UsageException.class);
    }
}
