package org.fdbox.daemon.handlers;

import java.util.List;
import java.util.function.Predicate;
import org.fdbox.spi.KindTable;
import org.fdbox.spi.UnholdableKind;

/// Objects of the kernel that are tied to the program that made them: to its numbers of descriptors, to its memory. Held by
/// anybody else they are of no use, so they are refused, with what to do instead.
public final class UnholdableKinds implements KindTable {

    private static final List<UnholdableKind> ALL = List.of(
            kind("epoll", "eventpoll"::equals,
                    "an epoll knows its files by the numbers they have in the program that added them, and drops them when"
                            + " that ends: put the files, and register them again with a new epoll"),
            kind("userfaultfd", "userfaultfd"::equals,
                    "it serves the memory of the program that made it, and ends with that: make a new one and register"
                            + " the memory again"),
            kind("io_uring", "io_uring"::equals,
                    "a ring belongs to the program that made it: put the files that it works on, and register them"
                            + " with a new ring"),
            kind("kvm-vm", "kvm-vm"::equals,
                    "a virtual machine obeys only the program that made it and answers EIO to others: save its state"
                            + " to a memfd, put that and the memory of the guest, and make a new machine"),
            kind("kvm-vcpu", name -> name.startsWith("kvm-vcpu:"),
                    "a virtual processor obeys only the program that made it and answers EIO to others: save its"
                            + " state to a memfd, put that, and make a new one"));

    @Override
    public List<UnholdableKind> unholdable() {
        return ALL;
    }

    private static UnholdableKind kind(String kind, Predicate<String> name, String reason) {
        return new UnholdableKind(kind, facts -> name.test(KernelObject.name(facts)), reason);
    }
}
