package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Waits for many descriptors at once (epoll(7), level-triggered). One thread waits; [#wake()] is for any thread.
public final class Poller implements AutoCloseable {

    public static final int READABLE = 0x1;
    public static final int WRITABLE = 0x4;
    public static final int ERROR = 0x8;
    public static final int HANG_UP = 0x10;
    /// Of several pollers that watch one listener, only one is told.
    public static final int EXCLUSIVE = 1 << 28;
    /// The peer will send no more; a reader that waits for nothing else learns of its death by this.
    public static final int PEER_CLOSED = 0x2000;

    private static final int CTL_ADD = 1;
    private static final int CTL_DELETE = 2;
    private static final int CTL_MODIFY = 3;
    private static final int BATCH = 64;
    /// The caller's tokens are others.
    private static final long WAKE_TOKEN = -1;

    /// struct epoll_event is packed on x86_64 only.
    private static final int EVENT = SystemCall.onX86() ? 12 : 16;
    private static final int EVENT_TOKEN = EVENT - 8;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment events = arena.allocate((long) BATCH * EVENT, 16);
    private final OwnedFd epoll;
    private final OwnedFd waker;

    /// Receives what happened.
    @FunctionalInterface
    public interface Listener {
        void ready(long token, int events);
    }

    /// @throws SystemCallException EMFILE if no number is free
    public Poller() {
        long number = Kernel.SYSTEM.call(SystemCall.EPOLL_CREATE1, OpenFlags.CLOEXEC);
        try (var made =
                new OwnedFd(Kernel.SYSTEM, Kernel.check(number, SystemCall.EPOLL_CREATE1, "a new epoll"))) {
            waker = EventFd.create(0, false, true);
            epoll = made.take();
        }
        add(waker, WAKE_TOKEN, READABLE);
    }

    /// Watches a descriptor.
    ///
    /// @param fd stays the caller's; [#remove] it before it is closed
    /// @param token handed to the listener; any but -1
    /// @param events READABLE and so on; ERROR and HANG_UP are always reported
    public void add(OwnedFd fd, long token, int events) {
        control(CTL_ADD, fd, token, events);
    }

    /// Changes what is watched for; 0 leaves ERROR and HANG_UP.
    public void modify(OwnedFd fd, long token, int events) {
        control(CTL_MODIFY, fd, token, events);
    }

    /// Stops watching.
    public void remove(OwnedFd fd) {
        control(CTL_DELETE, fd, 0, 0);
    }

    private void control(int operation, OwnedFd fd, long token, int watched) {
        MemorySegment event = Scratch.arguments();
        event.set(ValueLayout.JAVA_INT, 0, watched);
        event.set(ValueLayout.JAVA_LONG_UNALIGNED, EVENT_TOKEN, token);
        long answer = epoll.kernel().call(
                SystemCall.EPOLL_CTL, epoll.number(), operation, fd.number(), event.address());
        Kernel.check(answer, SystemCall.EPOLL_CTL, fd);
    }

    /// Waits until something happens, somebody wakes it, or the time is over; then tells the listener.
    ///
    /// @param milliseconds at most; -1 for ever
    public void await(int milliseconds, Listener listener) {
        long count = epoll.kernel().call(
                SystemCall.EPOLL_PWAIT, epoll.number(), events.address(), BATCH, milliseconds, 0, 0);
        if (count == -Errno.EINTR) {
            return;
        }
        Kernel.check(count, SystemCall.EPOLL_PWAIT, "epoll");
        for (int i = 0; i < count; i++) {
            long at = (long) i * EVENT;
            long token = events.get(ValueLayout.JAVA_LONG_UNALIGNED, at + EVENT_TOKEN);
            if (token == WAKE_TOKEN) {
                EventFd.read(waker);
            } else {
                listener.ready(token, events.get(ValueLayout.JAVA_INT_UNALIGNED, at));
            }
        }
    }

    /// Makes the waiting thread return. For any thread.
    public void wake() {
        EventFd.add(waker, 1);
    }

    /// Only after the waiting thread has ended.
    @Override
    public void close() {
        waker.close();
        epoll.close();
        arena.close();
    }
}
