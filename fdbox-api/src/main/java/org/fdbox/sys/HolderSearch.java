package org.fdbox.sys;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Finds which other processes have files open: one walk of /proc for all of them, through the descriptors of every process
/// (of each thread that has a table of its own, too) and its mappings.
///
/// A file is the same if its inode is, whichever way it was opened; eventfds and their like, which share one inode, if the
/// open file description is. A pipe is one file with two ends. What cannot be looked into leaves the search incomplete: another
/// user's process without the capabilities CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH (ptrace(2), PTRACE_MODE_READ; the mode of
/// /proc/PID/fd), processes that a /proc mounted with hidepid does not show, and those outside of our pid namespace. Descriptors in flight in a socket's queue, and files that the
/// kernel itself keeps open (io_uring's registered files, loop devices, swap), are seen by nobody. It is a look and not a
/// lock: the walk takes a while, and whoever passes a descriptor on behind its back is missed.
public final class HolderSearch {

    /// The initial pid namespace (PROC_PID_INIT_INO in include/linux/proc_ns.h): all processes are in it.
    private static final String ALL_PROCESSES = "pid:[4026531836]";
    private static final int INIT = 1;

    private final ProcFolder proc;
    private final SoughtFiles sought;
    private boolean complete = true;

    private HolderSearch(ProcFolder proc, SoughtFiles sought) {
        this.proc = proc;
        this.sought = sought;
    }

    /// Searches. Takes some microseconds for each descriptor on the machine, and for each mapping.
    ///
    /// @param files stay the caller's and must stay open
    /// @param ours other descriptors of this process that count as holders too; stay the caller's and must stay open
    /// @throws SystemCallException if one of these, or /proc itself, cannot be looked at
    public static FileHolders of(List<OwnedFd> files, List<OwnedFd> ours) {
        return of(new ProcFolder(Kernel.SYSTEM, "/proc"), files, ours);
    }

    static FileHolders of(ProcFolder proc, List<OwnedFd> files, List<OwnedFd> ours) {
        var sought = new SoughtFiles(proc.kernel(), files);
        return new HolderSearch(proc, sought).run(ours);
    }

    private FileHolders run(List<OwnedFd> ours) {
        int self = Integer.parseInt(proc.link("self"));
        int[] processes = proc.numbers("");
        for (int process : processes) {
            if (process != self) {
                look(process);
            }
        }
        for (OwnedFd fd : ours) {
            descriptor(Stat.of(fd), self, (int) ProcessHandle.current().pid(), fd.number());
        }
        return new FileHolders(sought.found(), complete && showsAll(processes));
    }

    /// With hidepid, whoever sees process 1 sees all: to see it takes the rights that the others take.
    private boolean showsAll(int[] processes) {
        return proc.link("self/ns/pid").equals(ALL_PROCESSES)
                && IntStream.of(processes).anyMatch(process -> process == INIT);
    }

    private void look(int process) {
        try {
            int[] tasks = proc.numbers(process + "/task");
            var tables = new TreeSet<Integer>(this::compareTables);
            for (int task : tasks) {
                if (tables.add(task)) {
                    table(process, task);
                }
            }
            if (sought.anyMappable()) {
                mappings(process, tasks);
            }
        } catch (SystemCallException closedToUs) {
            complete = false;
        }
    }

    /// Where kcmp(2) does not say, each table is looked through.
    private int compareTables(int task, int other) {
        long answer = Kcmp.tables(proc.kernel(), task, other);
        return answer < 0 ? Integer.compare(task, other) : Kcmp.order(answer);
    }

    private void table(int process, int task) {
        proc.links(process + "/task/" + task + "/fd",
                (number, stat) -> descriptor(stat, process, task, number));
    }

    private void descriptor(Stat stat, int process, int task, int number) {
        try {
            HolderList list = sought.find(stat, task, number);
            if (list != null) {
                add(list, process, number);
            }
        } catch (SystemCallException incomparable) {
            complete = false;
        }
    }

    /// All threads share their mappings; of the first, nothing is left if it has ended before the others.
    private void mappings(int process, int[] tasks) {
        for (int task : tasks) {
            boolean any = proc.lines(process + "/task/" + task + "/maps", Mapping.LONGEST,
                    line -> mapping(process, Mapping.of(line)));
            if (any) {
                return;
            }
        }
    }

    private void mapping(int process, Mapping mapping) {
        HolderList list = list(process, mapping);
        if (list != null && !list.endsWith(process)) {
            add(list, process, FileHolder.MAPPED);
        }
    }

    /// An inode number that we look for, on another device: only the link to the mapped file knows.
    private HolderList list(int process, Mapping mapping) {
        HolderList list = sought.find(mapping.inode());
        if (list != null || !sought.isMappable(mapping.inode().number())) {
            return list;
        }
        try {
            return proc.stat(process + "/map_files/" + mapping.file()).map(Inode::of).map(sought::find)
                    .orElse(null);
        } catch (SystemCallException notAllowed) {
            complete = false;
            return null;
        }
    }

    private void add(HolderList list, int process, int number) {
        if (list.isFull()) {
            complete = false;
            return;
        }
        proc.line(process + "/comm")
                .ifPresent(command -> list.add(new FileHolder(process, number, command)));
    }
}
