package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// POSIX message queues (mq_overview(7)).
///
/// @param maxMessages how many may wait
/// @param messageSize how large each may be, in bytes
/// @param waiting how many wait now
public record MessageQueue(long maxMessages, long messageSize, long waiting) {

    /// What stat(2) says of every queue (FILENT_SIZE in ipc/mqueue.c of Linux).
    static final long SIZE = 80;

    /// @param fd stays the caller's
    /// @return empty if it is no queue (mq_getattr(3) answers EBADF), or this kernel knows none
    static Optional<MessageQueue> of(OwnedFd fd) {
        MemorySegment attributes = Scratch.arguments();
        if (fd.call(SystemCall.MQ_GETSETATTR, 0, attributes.address(), 0) < 0) {
            return Optional.empty();
        }
        return Optional.of(new MessageQueue(
                attributes.getAtIndex(ValueLayout.JAVA_LONG, 1),
                attributes.getAtIndex(ValueLayout.JAVA_LONG, 2),
                attributes.getAtIndex(ValueLayout.JAVA_LONG, 3)));
    }
}
