package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the driver of tun and tap interfaces is asked, and what it answers; no interface is made.
@ExtendWith(NoLeak.class)
class TunTest {

    private static final int NAME_BYTES = 16;
    private static final Tun.Interface TAP = new Tun.Interface("vm0", List.of("tap", "persist", "no-pi"));

    private static OwnedFd driver(Kernel ioctl) {
        return Kernels.through(Kernels.replacing(SystemCall.IOCTL, ioctl), Memfd.create("tun"));
    }

    private static OwnedFd answering(long answer) {
        return driver((_, _, _, _, _, _, _) -> answer);
    }

    @Test
    void anAttachedDescriptorKnowsItsInterface() {
        try (OwnedFd tun = driver((_, _, request, address, _, _, _) -> {
            assertThat(request).isEqualTo(0x800454d2L);
            MemorySegment answer = Kernels.memory(address, 40);
            answer.setString(0, "vm0");
            answer.set(ValueLayout.JAVA_SHORT, NAME_BYTES, (short) 0x1802);
            return 0;
        })) {
            assertThat(Tun.of(tun)).contains(TAP);
            assertThat(TAP.isPersistent()).isTrue();
        }
    }

    @Test
    void anUnattachedOneHasNone() {
        try (OwnedFd tun = answering(-77)) {
            assertThat(Tun.of(tun)).isEmpty();
        }
    }

    @Test
    void attachingAsksForTheNameAndTheFeaturesAlone() {
        try (OwnedFd tun = driver((_, _, request, address, _, _, _) -> {
            assertThat(request).isEqualTo(0x400454caL);
            MemorySegment asked = Kernels.memory(address, 40);
            assertThat(asked.getString(0)).isEqualTo("vm0");
            assertThat(asked.get(ValueLayout.JAVA_SHORT, NAME_BYTES)).isEqualTo((short) 0x1002);
            return 0;
        })) {
            Tun.attach(tun, TAP);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "tap%d", "a b", "a:1", "sixteen-letters-", "a\0b"})
    void whatIsNoNameIsNotAskedFor(String name) {
        try (OwnedFd tun = driver((_, _, _, _, _, _, _) -> {
            throw new AssertionError("the driver was asked");
        })) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tun.attach(tun, new Tun.Interface(name, List.of("tap"))));
            assertThatIllegalArgumentException().isThrownBy(() -> Tun.owner(name));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tun.attach(tun, new Tun.Interface("vm0", List.of("strange"))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.EBUSY, Errno.EINVAL, Errno.EIO})
    void aRefusalIsAnError(int errno) {
        try (OwnedFd tun = answering(-errno)) {
            for (Runnable action : List.<Runnable>of(
                    () -> Tun.of(tun), () -> Tun.attach(tun, TAP), () -> Tun.network(tun))) {
                assertThatExceptionOfType(SystemCallException.class).isThrownBy(action::run)
                        .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
            }
        }
    }

    @Test
    void theNetworkIsCalledLikeOurs() {
        try (OwnedFd tun = driver((call, a, b, c, d, e, f) -> b == 0x54e3
                ? OpenFile.open("/proc/self/ns/net", OpenFlags.RDONLY).number()
                : Kernel.SYSTEM.call(call, a, b, c, d, e, f))) {
            assertThat(Tun.network(tun)).isEqualTo(Namespace.network());
        }
    }

    @Test
    void anOwnerAdmitsItselfAndAGroupItsMembers() {
        var alice = new PeerCredentials(1, 1000, 1000, Set.of(5));
        assertThat(new Tun.Owner(1000, -1).admits(alice)).isTrue();
        assertThat(new Tun.Owner(1000, 5).admits(alice)).isTrue();
        assertThat(new Tun.Owner(1000, 6).admits(alice)).isFalse();
        assertThat(new Tun.Owner(1001, -1).admits(alice)).isFalse();
        assertThat(new Tun.Owner(-1, -1).admits(alice)).as("nobody in particular").isFalse();
        assertThat(new Tun.Owner(-1, 5).admits(alice)).isFalse();
    }

    @Test
    void whatIsNoTunInterfaceHasNoOwner() {
        assertThat(Tun.owner("lo")).isEmpty();
        assertThat(Tun.owner("no-such-one")).isEmpty();
    }
}
