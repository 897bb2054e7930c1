package org.fdbox.daemon.net;

import java.util.List;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;

/// What has arrived from one client: whole messages, and the beginning of one, which counts against its user.
final class Incoming {

    private final FrameReader reader;
    private final Intake intake;
    private final int uid;
    private int counted;

    Incoming(int mostBytes, Intake intake, int uid) {
        this.reader = new FrameReader(mostBytes);
        this.intake = intake;
        this.uid = uid;
    }

    /// @throws FrameReader.TooLong if the stream is lost
    Courier.Arrival receive(Courier courier, OwnedFd socket) throws FrameReader.TooLong {
        return courier.receive(socket, reader);
    }

    /// The next whole message, or null. The caller closes what it brought.
    Frame next() {
        return reader.next();
    }

    /// Whether the beginning of a message waits for its end.
    boolean isUnfinished() {
        return counted > 0;
    }

    /// Counts what is unfinished now; answers whether that is within the user's bounds.
    boolean count() {
        int now = Intake.weight(reader);
        boolean within = now == counted || intake.unfinished(uid, now - counted);
        counted = now;
        return within;
    }

    /// The client is gone.
    ///
    /// @return descriptors that nobody wanted; owned by the caller
    List<OwnedFd> end() {
        intake.disconnect(uid, counted);
        counted = 0;
        return reader.drain();
    }
}
