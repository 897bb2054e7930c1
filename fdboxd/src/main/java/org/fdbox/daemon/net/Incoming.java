package org.fdbox.daemon.net;

import java.util.List;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;

/// What has arrived from one client: whole messages, and the beginning of one, which counts against its user.
final class Incoming {

    /// What a descriptor of a waiting message weighs: it occupies a number, which is scarcer than memory.
    private static final long DESCRIPTOR_BYTES = 16 << 10;

    private final FrameReader reader;
    private final Intake intake;
    private final int uid;
    private long countedBytes;
    private int countedDescriptors;

    Incoming(int mostBytes, Intake intake, int uid) {
        this.reader = new FrameReader(mostBytes);
        this.intake = intake;
        this.uid = uid;
    }

    /// @throws FrameReader.TooLong if the stream is lost
    Courier.Arrival receive(Courier courier, OwnedFd socket) throws FrameReader.TooLong {
        int before = reader.heldDescriptors();
        try {
            return courier.receive(socket, reader);
        } finally {
            intake.arrived(reader.heldDescriptors() - before);
        }
    }

    /// The next whole message, or null. The caller closes what it brought.
    Frame next() {
        return reader.next();
    }

    /// Whether the beginning of a message waits for its end.
    boolean isUnfinished() {
        return reader.unfinishedBytes() > 0 || reader.unfinishedDescriptors() > 0;
    }

    /// Counts what waits now; answers whether that is within the user's bounds.
    boolean count() {
        int descriptors = reader.heldDescriptors();
        long bytes = reader.heldBytes() + descriptors * DESCRIPTOR_BYTES;
        if (bytes == countedBytes && descriptors == countedDescriptors) {
            return true;
        }
        boolean within = intake.waiting(uid, bytes - countedBytes, descriptors - countedDescriptors);
        countedBytes = bytes;
        countedDescriptors = descriptors;
        return within;
    }

    /// Begins where another left off. What waits there waits here, whether or not there is room.
    ///
    /// @param whole and unfinished belong to this from now on
    void resume(List<Frame> whole, Frame unfinished) {
        reader.resume(whole, unfinished);
        intake.arrived(reader.heldDescriptors());
        count();
    }

    /// Lets go of what waits, which counts no longer.
    ///
    /// @return with all of it; owned by the caller
    FrameReader release() {
        intake.waiting(uid, -countedBytes, -countedDescriptors);
        intake.gone(reader.heldDescriptors());
        return reader;
    }

    /// The client is gone.
    ///
    /// @return descriptors that nobody wanted; owned by the caller
    List<OwnedFd> end() {
        intake.waiting(uid, -countedBytes, -countedDescriptors);
        return reader.drain();
    }
}
