package org.fdbox.daemon.dispatch;

import java.util.List;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;

/// The descriptors that came with a message, held against those that it names.
final class Arrived {

    private Arrived() {}

    static void requireNone(Frame frame) throws Refused {
        if (!frame.descriptors().isEmpty()) {
            throw new Refused.SurplusFileDescriptors(0, frame.descriptors().size());
        }
    }

    /// The only one that came.
    static OwnedFd one(Frame frame, int index) throws Refused {
        List<OwnedFd> descriptors = frame.descriptors();
        require(index, descriptors);
        if (descriptors.size() > 1) {
            throw new Refused.SurplusFileDescriptors(1, descriptors.size());
        }
        return descriptors.get(index);
    }

    /// All that came are named, and all that are named came.
    static List<OwnedFd> all(Frame frame, List<Request.Offered> files) throws Refused {
        List<OwnedFd> descriptors = frame.descriptors();
        for (Request.Offered file : files) {
            require(file.fileDescriptor(), descriptors);
        }
        int named = (int) files.stream().mapToInt(Request.Offered::fileDescriptor).distinct().count();
        if (named < descriptors.size()) {
            throw new Refused.SurplusFileDescriptors(named, descriptors.size());
        }
        return descriptors;
    }

    private static void require(int index, List<OwnedFd> descriptors) throws Refused {
        if (index >= descriptors.size()) {
            throw new Refused.MissingFileDescriptor(index, descriptors.size());
        }
    }
}
