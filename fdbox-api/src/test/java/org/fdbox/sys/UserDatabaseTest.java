package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Who is a user of this machine.
class UserDatabaseTest {

    @Test
    void rootIsKnownAndANumberThatNobodyHasIsNot() {
        assertThat(UserDatabase.has(0)).isTrue();
        assertThat(UserDatabase.has((int) 3_999_999_999L)).isFalse();
    }
}
