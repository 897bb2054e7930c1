package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Who is a user of this machine, and under which number.
class UserDatabaseTest {

    @Test
    void rootIsKnownAndANumberThatNobodyHasIsNot() {
        assertThat(UserDatabase.has(0)).isTrue();
        assertThat(UserDatabase.has((int) 3_999_999_999L)).isFalse();
    }

    @Test
    void rootHasItsNumberByName() {
        assertThat(UserDatabase.uid("root")).hasValue(0);
        assertThat(UserDatabase.gid("root")).hasValue(0);
    }

    @Test
    void whoIsNotThereHasNoNumber() {
        assertThat(UserDatabase.uid("no such user")).isEmpty();
        assertThat(UserDatabase.gid("no such group")).isEmpty();
        assertThat(UserDatabase.uid("root\0")).isEmpty();
        assertThat(UserDatabase.uid("")).isEmpty();
    }
}
