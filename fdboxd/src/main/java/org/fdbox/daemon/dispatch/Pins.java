package org.fdbox.daemon.dispatch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileSystem;
import org.fdbox.sys.FileType;
import org.fdbox.sys.Mounts;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;

/// What an entry keeps from going away for as long as it is held: the mount of its file, room on a disk or in memory, a network
/// namespace, a device. Looked for when a box is listed, and never before, so that a put costs nothing more.
final class Pins {

    /// tmpfs, ramfs, hugetlbfs, secretmem (linux/magic.h).
    private static final Set<Long> IN_MEMORY = Set.of(0x01021994L, 0x858458f6L, 0x958458f6L, 0x5345434dL);
    /// Files of file systems that are mounted nowhere, and shown as if they lay in a root.
    private static final Pattern MOUNTED_NOWHERE =
            Pattern.compile("/(memfd:.*|secretmem|dev/zero|anon_hugepage|SYSV[0-9a-f]{8}) \\(deleted\\)",
                    Pattern.DOTALL);
    private static final Pattern NAMESPACE =
            Pattern.compile("(cgroup|ipc|mnt|net|pid|time|user|uts):\\[[0-9]+]");
    private static final String ANOTHER = "another";

    private final Supplier<List<Mounts.Mount>> now;
    /// Null until a file is met that lies on one.
    private Map<Long, Mounts.Mount> mounts;

    /// As things are mounted when the first file is met.
    Pins() {
        this(Mounts::now);
    }

    Pins(Supplier<List<Mounts.Mount>> now) {
        this.now = now;
    }

    /// Values as JSON has them; docs/security.md says what each means. Empty where nothing is kept but the open file itself.
    ///
    /// @param fd stays the caller's
    Map<String, Object> of(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var pins = new LinkedHashMap<String, Object>();
        if (facts.link().startsWith("/")) {
            file(fd, facts, pins);
        } else if (facts.stat().type() == FileType.SOCKET && (facts.flags() & OpenFlags.PATH) == 0) {
            pins.put("networkNamespace", Namespace.networkOf(fd).orElse(ANOTHER));
        } else if (NAMESPACE.matcher(facts.link()).matches()) {
            pins.put("namespace", facts.link());
        } else if (Pidfd.isOne(facts)) {
            pins.put("process", (long) Pidfd.pid(fd));
        }
        return pins;
    }

    private void file(OwnedFd fd, FdFacts facts, Map<String, Object> pins) {
        boolean nameless = facts.stat().links() == 0;
        boolean nowhere = nameless && MOUNTED_NOWHERE.matcher(facts.link()).matches();
        if (!nowhere) {
            mount(fd, facts, pins);
        }
        switch (facts.stat().type()) {
            case BLOCK_DEVICE -> pins.put("blockDevice", facts.stat().represents().toString());
            case CHARACTER_DEVICE -> pins.put("characterDevice", facts.stat().represents().toString());
            case REGULAR -> {
                if (nameless) {
                    boolean memory = nowhere || IN_MEMORY.contains(FileSystem.of(fd).type());
                    pins.put(memory ? "memoryBytes" : "diskBytes", facts.stat().allocated());
                }
            }
            case DIRECTORY, FIFO, SOCKET, SYMBOLIC_LINK, ANONYMOUS -> {
            }
        }
    }

    private Map<Long, Mounts.Mount> mounts() {
        if (mounts == null) {
            mounts = now.get().stream().collect(Collectors.toMap(Mounts.Mount::id, Function.identity(),
                    (_, later) -> later));
        }
        return mounts;
    }

    private void mount(OwnedFd fd, FdFacts facts, Map<String, Object> pins) {
        OptionalLong id = Mounts.idOf(fd);
        if (id.isEmpty()) {
            return;
        }
        Mounts.Mount mount = mounts().get(id.getAsLong());
        if (mount == null) {
            pins.put("mountNamespace", ANOTHER);
        } else {
            pins.put("mount", mount.path());
            pins.put("fileSystem", mount.type());
            // Bound to a name, as 'ip netns' does.
            if (mount.type().equals("nsfs")) {
                pins.put("namespace", mount.root());
            }
        }
        pins.put("device", facts.stat().device().toString());
    }
}
