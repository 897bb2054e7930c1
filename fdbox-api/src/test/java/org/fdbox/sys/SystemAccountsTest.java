package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Names of users and groups of this system.
class SystemAccountsTest {

    @Test
    void rootIsThere() {
        assertThat(SystemAccounts.uid("root")).hasValue(0);
        assertThat(SystemAccounts.gid("root")).hasValue(0);
    }

    @Test
    void whoIsNotThereHasNoNumber() {
        assertThat(SystemAccounts.uid("no such user")).isEmpty();
        assertThat(SystemAccounts.gid("no such group")).isEmpty();
        assertThat(SystemAccounts.uid("root\0")).isEmpty();
        assertThat(SystemAccounts.uid("")).isEmpty();
    }
}
