package org.fdbox.sys;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Makes frames of what a stream delivers: bytes up to a NUL are a message.
///
/// Descriptors belong to the message they were sent with: a receive ends with the send that carried some, and a client
/// that sends one message with one sendmsg puts them on its first byte, so they belong to the last message that begins in
/// the bytes they came with, or, for a client that breaks this rule, to the one those bytes belong to.
public final class FrameReader implements AutoCloseable {

    private static final byte[] NONE = new byte[0];
    private static final int FIRST_ROOM = 512;
    /// What a message takes besides its bytes, roughly.
    private static final int FRAME_BYTES = 200;

    private final int mostBytes;
    private final ArrayDeque<Frame> ready = new ArrayDeque<>();
    private byte[] partial = NONE;
    private int length;
    private List<OwnedFd> descriptors = List.of();
    private boolean truncated;
    private int waitingBytes;
    private int waitingDescriptors;

    /// @param mostBytes of one message, without its NUL
    public FrameReader(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /// Adds what one receive brought.
    ///
    /// @param bytes copied from
    /// @param arrived belong to this reader from now on
    /// @throws TooLong if a message has more bytes or descriptors than allowed; the stream is lost, close this reader
    public void add(byte[] bytes, int count, List<OwnedFd> arrived, boolean lost) throws TooLong {
        int owner = owner(bytes, count);
        int from = 0;
        while (from < owner) {
            from = take(bytes, from, count, arrived, lost);
        }
        give(arrived, lost);
        while (from < count) {
            from = take(bytes, from, count, List.of(), false);
        }
    }

    /// Takes one message, or the beginning of one; answers where the next begins.
    ///
    /// @param behind what arrived with a later message, and must not get lost if this one is too long
    private int take(byte[] bytes, int from, int count, List<OwnedFd> behind, boolean lost) throws TooLong {
        int end = indexOfNul(bytes, from, count);
        try {
            append(bytes, from, end);
        } catch (TooLong tooLong) {
            give(behind, lost);
            throw tooLong;
        }
        if (end < count) {
            finish();
        }
        return end + 1;
    }

    /// Where the last message begins that begins in these bytes; 0 if none does.
    private int owner(byte[] bytes, int count) {
        for (int i = count - 2; i >= 0; i--) {
            if (bytes[i] == 0) {
                return i + 1;
            }
        }
        return 0;
    }

    private static int indexOfNul(byte[] bytes, int from, int count) {
        int at = from;
        while (at < count && bytes[at] != 0) {
            at++;
        }
        return at;
    }

    private void give(List<OwnedFd> arrived, boolean lost) throws TooLong {
        if (descriptors.isEmpty()) {
            descriptors = arrived;
        } else {
            var all = new ArrayList<>(descriptors);
            all.addAll(arrived);
            descriptors = all;
        }
        truncated |= lost;
        if (descriptors.size() > Courier.MOST_DESCRIPTORS) {
            throw new TooLong("a message brings more than " + Courier.MOST_DESCRIPTORS + " descriptors");
        }
    }

    private void append(byte[] bytes, int from, int to) throws TooLong {
        int total = length + to - from;
        if (total > mostBytes) {
            throw new TooLong("a message has no NUL within " + mostBytes + " bytes");
        }
        if (total > partial.length) {
            partial = Arrays.copyOf(partial,
                    Math.min(mostBytes, Math.max(total, Math.max(FIRST_ROOM, 2 * partial.length))));
        }
        System.arraycopy(bytes, from, partial, length, to - from);
        length = total;
    }

    private void finish() {
        addWhole(new Frame(Arrays.copyOf(partial, length), descriptors, truncated));
        if (partial.length > FIRST_ROOM) {
            partial = NONE;
        }
        length = 0;
        descriptors = List.of();
        truncated = false;
    }

    private void addWhole(Frame frame) {
        ready.add(frame);
        waitingBytes += frame.bytes().length + FRAME_BYTES;
        waitingDescriptors += frame.descriptors().size();
    }

    /// Begins where another reader left off. Only as long as nothing was added.
    ///
    /// @param whole what [#next()] would have answered there; belongs to this reader from now on
    /// @param unfinished what its [#unfinished()] answered; belongs to this reader from now on
    public void resume(List<Frame> whole, Frame unfinished) {
        whole.forEach(this::addWhole);
        partial = unfinished.bytes();
        length = partial.length;
        descriptors = unfinished.descriptors();
        truncated = unfinished.truncated();
    }

    /// Takes out the beginning of a message, for a reader that goes on with it. The caller closes it.
    ///
    /// @return without bytes and descriptors if there is none
    public Frame unfinished() {
        var beginning = new Frame(Arrays.copyOf(partial, length), descriptors, truncated);
        partial = NONE;
        length = 0;
        descriptors = List.of();
        truncated = false;
        return beginning;
    }

    /// The next whole message, or null if there is none yet. The caller closes it.
    public Frame next() {
        Frame frame = ready.poll();
        if (frame != null) {
            waitingBytes -= frame.bytes().length + FRAME_BYTES;
            waitingDescriptors -= frame.descriptors().size();
        }
        return frame;
    }

    /// How much memory all that waits here takes, whole messages and the beginning of one, in bytes.
    public int heldBytes() {
        return waitingBytes + length;
    }

    /// How many descriptors wait here, of whole messages and of the beginning of one.
    public int heldDescriptors() {
        return waitingDescriptors + descriptors.size();
    }

    /// How many bytes of an unfinished message wait here.
    public int unfinishedBytes() {
        return length;
    }

    /// How many descriptors of an unfinished message wait here.
    public int unfinishedDescriptors() {
        return descriptors.size();
    }

    /// Forgets everything and gives away the descriptors that no frame was taken for.
    ///
    /// @return owned by the caller
    public List<OwnedFd> drain() {
        var left = new ArrayList<>(descriptors);
        ready.forEach(frame -> left.addAll(frame.descriptors()));
        ready.clear();
        waitingBytes = 0;
        waitingDescriptors = 0;
        descriptors = List.of();
        partial = NONE;
        length = 0;
        truncated = false;
        return left;
    }

    /// Closes every descriptor that no frame was taken for.
    @Override
    public void close() {
        drain().forEach(OwnedFd::close);
    }

    /// A message with more bytes or descriptors than allowed.
    public static final class TooLong extends Exception {
        private static final long serialVersionUID = 1L;

        TooLong(String message) {
            super(message);
        }
    }
}
