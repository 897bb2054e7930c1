package org.fdbox.sys;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The files of a [HolderSearch], to be known again in another process: by their inode, however often it was opened; where the
/// kernel gives many files one inode (eventfd, epoll, timerfd, ...), by their open file description. Those are kept in the
/// order of kcmp(2), so that a question takes log n calls.
final class SoughtFiles {

    private final Kernel kernel;
    private final long self = ProcessHandle.current().pid();
    private final Map<OwnedFd, HolderList> byFile = new IdentityHashMap<>();
    private final Map<Inode, HolderList> byInode = new HashMap<>();
    private final Set<Long> mappable = new HashSet<>();
    private final Set<Inode> sharedInodes = new HashSet<>();
    private final List<OwnedFd> descriptions = new ArrayList<>();

    /// @param files stay the caller's and must stay open
    SoughtFiles(Kernel kernel, List<OwnedFd> files) {
        this.kernel = kernel;
        var anonymous = new ArrayList<OwnedFd>();
        for (OwnedFd file : files) {
            Stat stat = Stat.of(file);
            if (stat.type() == FileType.ANONYMOUS) {
                sharedInodes.add(Inode.of(stat));
                anonymous.add(file);
            } else {
                byFile.put(file, byInode.computeIfAbsent(Inode.of(stat), _ -> new HolderList()));
                addMappable(stat);
            }
        }
        addDescriptions(anonymous);
    }

    private void addMappable(Stat stat) {
        switch (stat.type()) {
            case REGULAR, CHARACTER_DEVICE, BLOCK_DEVICE, SOCKET -> mappable.add(stat.inode());
            case DIRECTORY, FIFO, SYMBOLIC_LINK, ANONYMOUS -> {
                // The kernel maps none of these.
            }
        }
    }

    /// Without kcmp, nothing here can be known again, and every question about one of these says so.
    private void addDescriptions(List<OwnedFd> anonymous) {
        boolean ordered = SameDescription.orders(anonymous);
        Map<OwnedFd, OwnedFd> aliases = ordered ? SameDescription.aliases(anonymous) : Map.of();
        for (OwnedFd file : anonymous) {
            if (!aliases.containsKey(file)) {
                descriptions.add(file);
                byFile.put(file, new HolderList());
            }
        }
        aliases.forEach((file, first) -> byFile.put(file, byFile.get(first)));
        if (ordered) {
            descriptions.sort(SameDescription::order);
        }
    }

    /// The list of the file that a descriptor of some task is open on, or null if it is none of these.
    ///
    /// @param stat of that descriptor
    /// @throws SystemCallException if this process may not compare the two, or the kernel cannot
    HolderList find(Stat stat, int task, int number) {
        Inode inode = Inode.of(stat);
        return sharedInodes.contains(inode) ? find(task, number) : byInode.get(inode);
    }

    private HolderList find(int task, int number) {
        int low = 0;
        int high = descriptions.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            OwnedFd candidate = descriptions.get(middle);
            long answer = Kcmp.descriptions(kernel, self, candidate.number(), task, number);
            if (answer == -Errno.EBADF || answer == -Errno.ESRCH) {
                return null;
            }
            int order = Kcmp.order(Kernel.check(answer, SystemCall.KCMP, "a descriptor of " + task));
            if (order == 0) {
                return byFile.get(candidate);
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return null;
    }

    /// The list of the file of an inode, or null.
    HolderList find(Inode inode) {
        return byInode.get(inode);
    }

    /// Whether some file among these can be mapped into memory.
    boolean anyMappable() {
        return !mappable.isEmpty();
    }

    /// Whether a file among these that can be mapped has this inode number, on whatever device.
    boolean isMappable(long inode) {
        return mappable.contains(inode);
    }

    Map<OwnedFd, List<FileHolder>> found() {
        var found = new IdentityHashMap<OwnedFd, List<FileHolder>>();
        var copies = new IdentityHashMap<HolderList, List<FileHolder>>();
        byFile.forEach((file, list) -> found.put(file, copies.computeIfAbsent(list, HolderList::toList)));
        return found;
    }
}
