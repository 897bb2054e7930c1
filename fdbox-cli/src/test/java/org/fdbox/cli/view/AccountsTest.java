package org.fdbox.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccountsTest {

    private final Accounts accounts = new Accounts(
            "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\n# comment\nnobody:x:4294967294:1::/:/\nodd:x:one:1::/:/\n",
            "kvm:x:104:\n");

    @Test
    void namesUsersAndGroups() {
        assertThat(accounts.user(0)).isEqualTo("root");
        assertThat(accounts.user(-2)).isEqualTo("nobody");
        assertThat(accounts.group(104)).isEqualTo("kvm");
    }

    @Test
    void showsTheNumberOfWhoIsUnknown() {
        assertThat(accounts.user(1000)).isEqualTo("1000");
        assertThat(accounts.group(-1)).isEqualTo("4294967295");
    }

    @Test
    void findsNumbers() {
        assertThat(accounts.uid("toor")).hasValue(0);
        assertThat(accounts.gid("kvm")).hasValue(104);
        assertThat(accounts.uid("odd")).isEmpty();
    }
}
