package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import org.fdbox.sys.Mounts.Mount;
import org.junit.jupiter.api.Test;

/// What mountinfo says, also of strange paths.
class MountsTest {

    @Test
    void aLineIsANumberARootAPathAndAType() {
        assertThat(Mounts.parse("""
                36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
                36 35 0:4 net:[4026531840] /run/netns/a\\040b rw - nsfs nsfs rw
                37 35 0:5 / /back\\134slash\\012line rw shared:1 - bpf - rw
                """)).containsExactly(
                new Mount(36, "/mnt1", "/mnt2", "ext3"),
                new Mount(36, "net:[4026531840]", "/run/netns/a b", "nsfs"),
                new Mount(37, "/", "/back\\slash\nline", "bpf"));
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

    @Test
    void aFileKnowsTheMountByWhichItWasOpened() {
        try (OwnedFd file = OpenFile.open("/proc/version", OpenFlags.RDONLY);
                OwnedFd nowhere = Memfd.create("m")) {
            OptionalLong id = Mounts.idOf(file);
            assumeTrue(id.isPresent(), "this kernel does not tell the mount");
            assertThat(Mounts.now()).filteredOn(mount -> mount.id() == id.getAsLong())
                    .extracting(Mount::path).containsExactly("/proc");
            assertThat(Mounts.now()).noneMatch(mount -> mount.id() == Mounts.idOf(nowhere).getAsLong());
        }
    }

    @Test
    void anOldKernelDoesNotTell() {
        Kernel old = Kernels.replacing(SystemCall.STATX, (call, a, b, c, d, e, f) -> {
            long answer = Kernel.SYSTEM.call(call, a, b, c, d, e, f);
            Kernels.memory(e, 256).set(ValueLayout.JAVA_INT, 0, 0x7ff);
            return answer;
        });
        try (OwnedFd file = Kernels.through(old, Memfd.create("m"))) {
            assertThat(Mounts.idOf(file)).isEmpty();
        }
    }
}
