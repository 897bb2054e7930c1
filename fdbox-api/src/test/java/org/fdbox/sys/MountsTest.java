package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdbox.sys.Mounts.Mount;
import org.junit.jupiter.api.Test;

/// What mountinfo says, also of strange paths.
class MountsTest {

    @Test
    void aLineIsARootAPathAndAType() {
        assertThat(Mounts.parse("""
                36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
                36 35 0:4 net:[4026531840] /run/netns/a\\040b rw - nsfs nsfs rw
                37 35 0:5 / /back\\134slash\\012line rw shared:1 - bpf - rw
                """)).containsExactly(
                new Mount("/mnt1", "/mnt2", "ext3"),
                new Mount("net:[4026531840]", "/run/netns/a b", "nsfs"),
                new Mount("/", "/back\\slash\nline", "bpf"));
    }

    @Test
    void whatIsNoLineIsLeftOut() {
        assertThat(Mounts.parse("\n36 35\nx - y\n36 35 98:0 /mnt1 /mnt2 rw ext3\n")).isEmpty();
    }

    @Test
    void somethingIsMounted() {
        assertThat(Mounts.now())
                .anyMatch(mount -> mount.path().equals("/proc") && mount.type().equals("proc"));
    }
}
