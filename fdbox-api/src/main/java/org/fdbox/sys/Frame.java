package org.fdbox.sys;

import java.util.List;

/// One message as it arrived: its bytes without the closing NUL, and the descriptors that came with them. What nobody took
/// out by [OwnedFd#take()] is closed with the frame.
///
/// @param truncated whether the kernel had to drop descriptors, for want of room or of free numbers
public record Frame(byte[] bytes, List<OwnedFd> descriptors, boolean truncated) implements AutoCloseable {

    @Override
    public void close() {
        descriptors.forEach(OwnedFd::close);
    }
}
