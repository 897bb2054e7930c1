package org.fdbox.sys;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Descriptors of /dev/net/tun and the interfaces they are attached to (Documentation/networking/tuntap.rst of Linux).
public final class Tun {

    private static final int TUNSETIFF = 0x400454ca;
    private static final long TUNGETIFF = 0x800454d2L;
    private static final int TUNGETDEVNETNS = 0x54e3;
    private static final int EBADFD = 77;
    private static final int IFREQ_BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final int NOBODY = -1;

    private static final String PERSISTENT = "persist";

    /// By their bits (include/uapi/linux/if_tun.h).
    private static final Map<Integer, String> FLAGS = new TreeMap<>(Map.of(
            0x0001, "tun", 0x0002, "tap", 0x0010, "napi", 0x0020, "napi-frags", 0x0100, "multi-queue",
            0x0800, PERSISTENT, 0x1000, "no-pi", 0x2000, "one-queue", 0x4000, "vnet-hdr"));

    /// An interface, as a descriptor attached to it sees it.
    ///
    /// @param flags by name: tun or tap, persist, no-pi, vnet-hdr, multi-queue, ...
    public record Interface(String name, List<String> flags) {

        /// Whether it stays when its last descriptor is closed (TUNSETPERSIST).
        public boolean isPersistent() {
            return flags.contains(PERSISTENT);
        }
    }

    /// Who may attach to an interface, besides root; -1 for nobody in particular.
    public record Owner(int uid, int gid) {

        /// Whether it is somebody's, and this user is that one (drivers/net/tun.c, tun_not_capable()).
        public boolean admits(PeerCredentials user) {
            return uid != NOBODY && uid == user.uid() && (gid == NOBODY || user.inGroup(gid));
        }
    }

    private Tun() {}

    /// What a descriptor is attached to; empty if to nothing, or no more.
    ///
    /// @param tun stays the caller's
    public static Optional<Interface> of(OwnedFd tun) {
        MemorySegment request = Scratch.arguments().asSlice(0, IFREQ_BYTES).fill((byte) 0);
        long answer = tun.call(SystemCall.IOCTL, TUNGETIFF, request.address(), 0);
        if (answer == -EBADFD) {
            return Optional.empty();
        }
        Kernel.check(answer, SystemCall.IOCTL, tun);
        int flags = Short.toUnsignedInt(request.get(ValueLayout.JAVA_SHORT, NAME_BYTES));
        var names = new ArrayList<String>();
        FLAGS.forEach((bit, name) -> {
            if ((flags & bit) != 0) {
                names.add(name);
            }
        });
        return Optional.of(new Interface(request.getString(0), List.copyOf(names)));
    }

    /// Attaches a fresh descriptor to an interface. Makes the interface if there is none of that name: [#of] then tells that it is
    /// not persistent, and closing the descriptor removes it.
    ///
    /// @throws IllegalArgumentException for what cannot be the name of an interface, or an unknown flag
    /// @throws SystemCallException EBUSY if another descriptor is attached, EINVAL if the interface is of another type
    public static void attach(OwnedFd tun, Interface to) {
        requireName(to.name);
        int flags = 0;
        for (String name : to.flags) {
            flags |= name.equals(PERSISTENT) ? 0 : bit(name);
        }
        MemorySegment request = Scratch.arguments().asSlice(0, IFREQ_BYTES).fill((byte) 0);
        request.setString(0, to.name);
        request.set(ValueLayout.JAVA_SHORT, NAME_BYTES, (short) flags);
        long answer = tun.call(SystemCall.IOCTL, TUNSETIFF, request.address(), 0);
        Kernel.check(answer, SystemCall.IOCTL, "TUNSETIFF, interface " + to.name);
    }

    private static int bit(String name) {
        return FLAGS.entrySet().stream().filter(flag -> flag.getValue().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown flag \"" + name + "\"")).getKey();
    }

    /// A '%' would be a pattern of which the kernel makes a name (net/core/dev.c, dev_valid_name()).
    private static void requireName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (!name.matches("[^/:%\\s\\p{Cntrl}]+") || bytes >= NAME_BYTES || name.matches("\\.\\.?")) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of an interface");
        }
    }

    /// What the network namespace of the attached interface is called, as [Namespace#network()] calls this process's.
    ///
    /// @throws SystemCallException EPERM without CAP_NET_ADMIN there, ENOTTY before Linux 5.7
    public static String network(OwnedFd tun) {
        long number = tun.call(SystemCall.IOCTL, TUNGETDEVNETNS, 0, 0);
        Kernel.check(number, SystemCall.IOCTL, "TUNGETDEVNETNS, " + tun);
        try (var namespace = new OwnedFd(tun.kernel(), number)) {
            return Namespace.name(namespace);
        }
    }

    /// Who may attach to an interface of this process's network namespace; empty if there is no tun or tap interface of that name.
    ///
    /// @throws IllegalArgumentException for what cannot be the name of an interface
    public static Optional<Owner> owner(String name) {
        requireName(name);
        Path folder = Path.of("/sys/class/net", name);
        try {
            return Optional.of(new Owner(number(folder.resolve("owner")), number(folder.resolve("group"))));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static int number(Path file) throws IOException {
        return (int) Long.parseLong(Files.readString(file).strip());
    }
}
