package org.fdbox.daemon.handlers;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.KindTable;
import org.fdbox.sys.FdFacts;

/// Objects of the kernel that go on working in another program's hands but cannot be made again: each is a handler of its own.
///
/// Preserved while somebody holds them: everything.
///
/// Not preserved without a holder: anything; the reason says what is missing.
public final class LiveOnlyKinds implements KindTable {

    /// In KVM's own names: devices are "kvm-" and their type (virt/kvm/kvm_main.c of Linux).
    private static final String KVM = "kvm-";

    private static final List<FdHandler> ALL = List.of(
            kind("inotify", named("inotify"),
                    "the paths that an inotify watches cannot be read back, so they could not be watched again"),
            kind("fanotify", named("fanotify"),
                    "what a fanotify watches, and the events that wait for an answer, end with it"),
            kind("secret-memory", KernelObject::isSecretMemory,
                    "a copy of secret memory would defeat its purpose"),
            kind("guest-memfd", KernelObject::isGuestMemory,
                    "private memory of a guest belongs to its virtual machine and cannot be read"),
            kind("kvm-device", LiveOnlyKinds::isKvmDevice,
                    "a device of a virtual machine ends with that machine, and obeys only the program that made it"),
            kind("kvm-stats", LiveOnlyKinds::isKvmStatistics,
                    "the statistics of a virtual machine end with it"),
            kind("vfio-device", named("vfio-device"),
                    "a device that was passed through is reset when nobody holds it open"),
            kind("iommufd-queue", facts -> KernelObject.name(facts).startsWith("iommufd"),
                    "faults and events of an I/O address space end with it"),
            kind("dma-buf", KernelObject::isDmaBuffer,
                    "a buffer of a device exists for as long as somebody holds it open"),
            kind("sync-file", named("sync_file"), "a fence of a device ends when nobody holds it open"),
            kind("drm-syncobj", named("syncobj_file"),
                    "a fence of a graphics device ends when nobody holds it open"),
            kind("perf-event", named("perf_event"),
                    "what was counted, and of which task, ends when nobody holds it open"),
            kind("seccomp-notify", named("seccomp notify"),
                    "the program that it supervises gets ENOSYS for its calls when nobody holds it open"),
            kind("landlock-ruleset", named("landlock-ruleset"), "the rules in it cannot be read back"),
            kind("fs-context", named("fscontext"),
                    "the options of a mount that is being prepared cannot be read back"));

    @Override
    public List<FdHandler> handlers() {
        return ALL;
    }

    private static FdHandler kind(String kind, Predicate<FdFacts> test, String reason) {
        return new LiveOnlyHandler("fdbox," + kind + "-v1", kind, reason, test);
    }

    private static Predicate<FdFacts> named(String name) {
        return facts -> KernelObject.name(facts).equals(name);
    }

    private static boolean isKvmDevice(FdFacts facts) {
        String name = KernelObject.name(facts);
        return name.startsWith(KVM)
                && !isKvmStatistics(facts)
                && !Set.of("kvm-vm", "kvm-gmem").contains(name)
                && !name.startsWith("kvm-vcpu:");
    }

    private static boolean isKvmStatistics(FdFacts facts) {
        String name = KernelObject.name(facts);
        return name.equals("kvm-vm-stats") || name.startsWith("kvm-vcpu-stats:");
    }
}
