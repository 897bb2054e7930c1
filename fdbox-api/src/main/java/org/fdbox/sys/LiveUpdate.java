package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The kernel's Live Update Orchestrator, which carries memory files over a kexec(8): Linux 6.19 and later, started with
/// `liveupdate=on` (include/uapi/linux/liveupdate.h and Documentation/userspace-api/liveupdate.rst of Linux).
///
/// A session is made, files are preserved in it under numbers, and it is kept open until the kexec: when its last descriptor is
/// closed before, nothing of it is preserved. The next kernel gives the session back by its name, once, and its files by their
/// numbers; when that is finished, or its descriptor is closed, what nobody retrieved is gone.
public final class LiveUpdate {

    /// Only one process at a time has it open.
    public static final String DEVICE = "/dev/liveupdate";
    /// Of a session's name, in bytes.
    public static final int LONGEST_NAME = 63;

    private static final int TYPE = 0xBA << 8;
    private static final int CREATE_SESSION = TYPE;
    private static final int RETRIEVE_SESSION = TYPE | 0x01;
    private static final int PRESERVE_FD = TYPE | 0x40;
    private static final int RETRIEVE_FD = TYPE | 0x41;
    private static final int FINISH = TYPE | 0x42;

    /// {u32 size; s32 fd; u8 name[64]}
    private static final int SESSION_BYTES = 72;
    private static final int NAME_AT = 8;
    /// {u32 size; s32 fd; u64 token}
    private static final int FILE_BYTES = 16;
    private static final int TOKEN_AT = 8;
    /// {u32 size; u32 reserved}
    private static final int FINISH_BYTES = 8;
    /// Where each structure that has a descriptor has it.
    private static final int FD_AT = 4;

    private final Kernel kernel;

    /// That of the running kernel; nothing is opened yet.
    public LiveUpdate() {
        this(Kernel.SYSTEM);
    }

    LiveUpdate(Kernel kernel) {
        this.kernel = kernel;
    }

    /// Opens the device. Others are kept out until it is closed; sessions live on without it.
    ///
    /// @return owned by the caller
    /// @throws SystemCallException ENOENT if there is none, EACCES if this user may not, EBUSY while another process has it, EIO if
    ///     this kernel could not read what the last one left, from then on always
    public OwnedFd open() {
        return OpenFile.open(kernel, DEVICE, OpenFlags.RDWR);
    }

    /// Makes an empty session for the next kernel.
    ///
    /// @param device stays the caller's
    /// @param name ASCII, at most [#LONGEST_NAME] bytes
    /// @return owned by the caller, who keeps it open until the kexec
    /// @throws IllegalArgumentException if it cannot be a name
    /// @throws SystemCallException EEXIST if there is one of this name, ENOMEM if there are too many, EBUSY if the kexec has begun
    public static OwnedFd create(OwnedFd device, String name) {
        MemorySegment session = session(name);
        device.must(SystemCall.IOCTL, CREATE_SESSION, session.address());
        return descriptor(device, session);
    }

    /// Takes a session that the last kernel left. Closing it finishes it.
    ///
    /// @param device stays the caller's
    /// @return owned by the caller; empty if there is none of this name
    /// @throws IllegalArgumentException if it cannot be a name
    /// @throws SystemCallException EINVAL if somebody else has retrieved it
    public static Optional<OwnedFd> retrieve(OwnedFd device, String name) {
        MemorySegment session = session(name);
        return found(device, RETRIEVE_SESSION, session);
    }

    /// Has a file preserved. Until its session is closed it can neither grow nor shrink nor lose pages, for nobody; its holes are
    /// filled now.
    ///
    /// @param session of [#create]; stays the caller's
    /// @param file stays the caller's
    /// @param token for [#retrieve(OwnedFd, long)]
    /// @throws SystemCallException EEXIST if the token is in use, EBUSY if the file is preserved already, ENOSPC if the session is
    ///     full, ENOENT if the kernel preserves no such files, ENOMEM
    public static void preserve(OwnedFd session, OwnedFd file, long token) {
        MemorySegment request = file(file.number(), token);
        long answer = session.call(SystemCall.IOCTL, PRESERVE_FD, request.address(), 0);
        Kernel.check(answer, SystemCall.IOCTL, file + ", to preserve it");
    }

    /// A file that the last kernel left: its contents and size, and nothing more that can be relied on.
    ///
    /// @param session of [#retrieve(OwnedFd, String)]; stays the caller's
    /// @return owned by the caller; empty if there is none of this token
    /// @throws SystemCallException the kernel's reason, and the same one at every later try
    public static Optional<OwnedFd> retrieve(OwnedFd session, long token) {
        return found(session, RETRIEVE_FD, file(-1, token));
    }

    /// Ends a session that was retrieved. Files that were not are gone.
    ///
    /// @param session stays the caller's, and is of no more use
    /// @throws SystemCallException EBUSY if a file is not ready for that
    public static void finish(OwnedFd session) {
        MemorySegment request = structure(FINISH_BYTES);
        session.must(SystemCall.IOCTL, FINISH, request.address());
    }

    private static MemorySegment structure(int bytes) {
        MemorySegment structure = Scratch.arguments().asSlice(0, bytes).fill((byte) 0);
        structure.set(ValueLayout.JAVA_INT, 0, bytes);
        return structure;
    }

    private static MemorySegment session(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > LONGEST_NAME || !name.matches("[!-~]+")) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a session");
        }
        MemorySegment session = structure(SESSION_BYTES);
        session.set(ValueLayout.JAVA_INT, FD_AT, -1);
        MemorySegment.copy(bytes, 0, session, ValueLayout.JAVA_BYTE, NAME_AT, bytes.length);
        return session;
    }

    private static MemorySegment file(int number, long token) {
        MemorySegment file = structure(FILE_BYTES);
        file.set(ValueLayout.JAVA_INT, FD_AT, number);
        file.set(ValueLayout.JAVA_LONG, TOKEN_AT, token);
        return file;
    }

    private static Optional<OwnedFd> found(OwnedFd owner, int request, MemorySegment structure) {
        long answer = owner.call(SystemCall.IOCTL, request, structure.address(), 0);
        if (answer == -Errno.ENOENT) {
            return Optional.empty();
        }
        Kernel.check(answer, SystemCall.IOCTL, owner.toString());
        return Optional.of(descriptor(owner, structure));
    }

    /// It is close-on-exec (kernel/liveupdate/luo_session.c).
    private static OwnedFd descriptor(OwnedFd owner, MemorySegment structure) {
        int number = structure.get(ValueLayout.JAVA_INT, FD_AT);
        if (number < 0) {
            throw new SystemCallException("ioctl (the kernel gave no descriptor)", owner.toString(),
                    Errno.EIO);
        }
        return new OwnedFd(owner.kernel(), number);
    }
}
