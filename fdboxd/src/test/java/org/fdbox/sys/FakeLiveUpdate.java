package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A kernel with a Live Update Orchestrator, as Linux 6.19 has it (kernel/liveupdate and mm/memfd_luo.c of Linux), behind the seam of
/// the system layer; all else is the real kernel. [#kexec] is the way from one kernel to the next.
public final class FakeLiveUpdate implements Kernel, AutoCloseable {

    public static final int OPEN = -1;
    public static final int CREATE_SESSION = 0xBA00;
    public static final int RETRIEVE_SESSION = 0xBA01;
    public static final int PRESERVE_FD = 0xBA40;
    public static final int RETRIEVE_FD = 0xBA41;
    public static final int FINISH = 0xBA42;

    private static final int DUPFD_CLOEXEC = 1030;
    private static final int PROT_READ = 1;
    private static final int MAP_SHARED_POPULATED = 0x8001;

    /// What a session may hold.
    public int mostFiles = 128;
    /// What the next requests of a kind are answered.
    private final Map<Integer, List<Integer>> failures = new HashMap<>();
    private final Set<Integer> devices = new HashSet<>();
    private final Map<Integer, Integer> asked = new HashMap<>();
    /// Open descriptors of sessions.
    private final Map<Integer, Session> open = new HashMap<>();
    private final Map<String, Session> outgoing = new LinkedHashMap<>();
    private final Map<String, Session> incoming = new LinkedHashMap<>();

    private static final class Session {
        private final String name;
        private boolean retrieved;
        private final boolean isIncoming;
        private final Map<Long, OwnedFd> files = new LinkedHashMap<>();

        Session(String name, boolean isIncoming) {
            this.name = name;
            this.isIncoming = isIncoming;
        }

        void close() {
            files.values().forEach(OwnedFd::close);
            files.clear();
        }
    }

    public LiveUpdate liveUpdate() {
        return new LiveUpdate(this);
    }

    /// The next so many requests of a kind fail, one after the other; the later ones do not.
    ///
    /// @param request [#OPEN] or one of the others
    /// @param errnos 0 for one that does not
    public synchronized void fail(int request, Integer... errnos) {
        failures.put(request, new ArrayList<>(List.of(errnos)));
    }

    /// How often something was asked for.
    public synchronized int asked(int request) {
        return asked.getOrDefault(request, 0);
    }

    /// Names of the sessions that a kexec would carry over, and how many files each has.
    public synchronized Map<String, Integer> preserved() {
        var preserved = new LinkedHashMap<String, Integer>();
        outgoing.forEach((name, session) -> preserved.put(name, session.files.size()));
        return preserved;
    }

    /// What the last kernel left and nobody has finished.
    public synchronized Set<String> left() {
        return Set.copyOf(incoming.keySet());
    }

    /// Every process dies: sessions that were only open there are closed.
    public synchronized void kill() {
        List.copyOf(open.keySet()).forEach(this::forget);
        devices.clear();
    }

    /// The next kernel: what was in open sessions is there, what the one before had left is not.
    public synchronized void kexec() {
        incoming.values().forEach(Session::close);
        incoming.clear();
        outgoing.forEach((name, before) -> {
            var after = new Session(name, true);
            before.files.forEach((token, file) -> after.files.put(token, carried(file)));
            incoming.put(name, after);
            before.close();
        });
        outgoing.clear();
        open.clear();
        devices.clear();
    }

    /// Without a name, a mode, flags, seals that can be added, or holes.
    private static OwnedFd carried(OwnedFd file) {
        int size = (int) Stat.of(file).size();
        OwnedFd after = Memfd.create("");
        try (OwnedFd reader = OpenFile.reopen(file, OpenFlags.RDONLY)) {
            Contents.write(after, Contents.read(reader, 0, size), 0);
        }
        OpenFile.seek(after, OpenFile.position(file));
        Memfd.addSeals(after, List.of("seal"));
        return after;
    }

    /// A descriptor of a session, as a service manager passes it after a kexec. Owned by the caller.
    public synchronized OwnedFd passed(String name) {
        Session session = incoming.get(name);
        session.retrieved = true;
        return new OwnedFd(this, describe(session));
    }

    /// Writes into a file that is preserved, as somebody does who has it mapped.
    public synchronized void scribble(byte[] bytes) {
        Session session = outgoing.values().iterator().next();
        Contents.write(session.files.values().iterator().next(), bytes, 0);
    }

    @Override
    public synchronized long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
        return switch (call) {
            case OPENAT -> isDevice(b) ? openDevice() : Kernel.SYSTEM.call(call, a, b, c, d, e, f);
            case IOCTL -> b >> 8 == 0xBA ? ioctl((int) a, (int) b, c) : Kernel.SYSTEM.call(call, a, b, c);
            case CLOSE -> {
                forget((int) a);
                devices.remove((int) a);
                yield Kernel.SYSTEM.call(call, a);
            }
            case FCNTL -> duplicated(open.get((int) a), Kernel.SYSTEM.call(call, a, b, c), b);
            default -> Kernel.SYSTEM.call(call, a, b, c, d, e, f);
        };
    }

    /// Another descriptor of a session keeps it open as well.
    private long duplicated(Session session, long answer, long command) {
        if (session != null && answer >= 0 && command == DUPFD_CLOEXEC) {
            open.put((int) answer, session);
        }
        return answer;
    }

    private static boolean isDevice(long path) {
        return memory(path, 32).getString(0).equals(LiveUpdate.DEVICE);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment memory(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    private int failure(int request) {
        List<Integer> left = failures.getOrDefault(request, List.of());
        return left.isEmpty() ? 0 : left.removeFirst();
    }

    private long openDevice() {
        int failure = failure(OPEN);
        if (failure != 0 || !devices.isEmpty()) {
            return -(failure != 0 ? failure : Errno.EBUSY);
        }
        int number = number();
        devices.add(number);
        return number;
    }

    /// Of something that can be closed.
    private static int number() {
        return Memfd.create("fake-liveupdate").number();
    }

    private int describe(Session session) {
        int number = number();
        open.put(number, session);
        return number;
    }

    private long ioctl(int fd, int request, long address) {
        asked.merge(request, 1, Integer::sum);
        int failure = failure(request);
        if (failure != 0) {
            return -failure;
        }
        boolean onDevice = request < PRESERVE_FD;
        if (onDevice ? !devices.contains(fd) : !open.containsKey(fd)) {
            return -Errno.EBADF;
        }
        MemorySegment argument = memory(address, onDevice ? 72 : request == FINISH ? 8 : 16);
        return switch (request) {
            case CREATE_SESSION -> create(argument);
            case RETRIEVE_SESSION -> retrieve(argument);
            case PRESERVE_FD -> preserve(open.get(fd), argument);
            case RETRIEVE_FD -> retrieveFile(open.get(fd), argument);
            case FINISH -> finish(open.get(fd));
            default -> -Errno.EINVAL;
        };
    }

    private long create(MemorySegment argument) {
        String name = argument.getString(8);
        if (outgoing.containsKey(name)) {
            return -Errno.EEXIST;
        }
        outgoing.put(name, new Session(name, false));
        argument.set(ValueLayout.JAVA_INT, 4, describe(outgoing.get(name)));
        return 0;
    }

    private long retrieve(MemorySegment argument) {
        Session session = incoming.get(argument.getString(8));
        if (session == null || session.retrieved) {
            return session == null ? -Errno.ENOENT : -Errno.EINVAL;
        }
        session.retrieved = true;
        argument.set(ValueLayout.JAVA_INT, 4, describe(session));
        return 0;
    }

    private long preserve(Session session, MemorySegment argument) {
        long token = argument.get(ValueLayout.JAVA_LONG, 8);
        if (session.files.containsKey(token) || session.files.size() >= mostFiles) {
            return session.files.containsKey(token) ? -Errno.EEXIST : -Errno.ENOSPC;
        }
        OwnedFd file = OwnedFd.copyOf(argument.get(ValueLayout.JAVA_INT, 4));
        for (Session other : outgoing.values()) {
            if (other.files.values().stream().anyMatch(one -> SameDescription.are(one, file))) {
                file.close();
                return -Errno.EBUSY;
            }
        }
        fillHoles(file);
        session.files.put(token, file);
        return 0;
    }

    /// Reading a mapping does that, and leaves the times of the file alone, as the kernel does.
    private static void fillHoles(OwnedFd file) {
        long size = Math.max(1, Stat.of(file).size());
        try (OwnedFd readable = OpenFile.reopen(file, OpenFlags.RDONLY)) {
            long address = Kernel.SYSTEM.call(
                    SystemCall.MMAP, 0, size, PROT_READ, MAP_SHARED_POPULATED, readable.number(), 0);
            Kernel.check(address, SystemCall.MMAP, file.toString());
            Kernel.SYSTEM.call(SystemCall.MUNMAP, address, size);
        }
    }

    private long retrieveFile(Session session, MemorySegment argument) {
        if (!session.isIncoming) {
            return -Errno.EINVAL;
        }
        OwnedFd file = session.files.get(argument.get(ValueLayout.JAVA_LONG, 8));
        if (file == null) {
            return -Errno.ENOENT;
        }
        OwnedFd copy = file.dup();
        argument.set(ValueLayout.JAVA_INT, 4, copy.take().number());
        return 0;
    }

    private long finish(Session session) {
        if (!session.isIncoming) {
            return -Errno.EINVAL;
        }
        incoming.remove(session.name);
        session.close();
        return 0;
    }

    /// As a release of its file does.
    private void forget(int number) {
        Session session = open.remove(number);
        if (session != null && !open.containsValue(session)) {
            (session.isIncoming ? incoming : outgoing).remove(session.name);
            session.close();
        }
    }

    @Override
    public synchronized void close() {
        outgoing.values().forEach(Session::close);
        incoming.values().forEach(Session::close);
    }
}
