package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Of what is watched, what is ready is told, and only that.
@ExtendWith(NoLeak.class)
class PollerTest {

    private final Poller poller = new Poller();
    private final UnixSocket.Pair pair = UnixSocket.pair();
    private final Courier courier = Courier.nonBlocking();

    @AfterEach
    void close() {
        poller.close();
        pair.close();
        courier.close();
    }

    private Map<Long, Integer> ready(int milliseconds) {
        var ready = new HashMap<Long, Integer>();
        poller.await(milliseconds, ready::put);
        return ready;
    }

    private void send(OwnedFd socket) {
        courier.send(socket, new byte[1], 0, List.of());
    }

    @Test
    void bytesMakeASocketReadable() {
        poller.add(pair.one(), 7, Poller.READABLE);
        assertThat(ready(0)).isEmpty();
        send(pair.other());
        assertThat(ready(-1)).containsOnly(Map.entry(7L, Poller.READABLE));
        assertThat(ready(0)).as("still, until it is read").containsKey(7L);
    }

    @Test
    void roomMakesASocketWritable() {
        while (courier.send(pair.one(), new byte[65536], 0, List.of()) > 0) {
            // Until it is full.
        }
        poller.add(pair.one(), 7, Poller.WRITABLE);
        assertThat(ready(0)).isEmpty();
        try (var reader = new FrameReader(1 << 30)) {
            while (courier.receive(pair.other(), reader) == Courier.Arrival.DATA) {
                // Until it is empty.
            }
        } catch (FrameReader.TooLong impossible) {
            throw new AssertionError(impossible);
        }
        assertThat(ready(-1)).containsOnly(Map.entry(7L, Poller.WRITABLE));
    }

    @Test
    void whatIsWatchedForCanChange() {
        poller.add(pair.one(), 7, Poller.READABLE);
        poller.modify(pair.one(), 8, Poller.WRITABLE);
        assertThat(ready(-1)).containsOnly(Map.entry(8L, Poller.WRITABLE));
        poller.modify(pair.one(), 8, 0);
        send(pair.other());
        assertThat(ready(0)).isEmpty();
    }

    @Test
    void theEndOfAPeerIsToldEvenIfNothingIsWatchedFor() {
        poller.add(pair.one(), 7, 0);
        pair.other().close();
        assertThat(ready(-1).get(7L) & Poller.HANG_UP).isNotZero();
    }

    @Test
    void whatWasRemovedIsNotTold() {
        poller.add(pair.one(), 7, Poller.READABLE);
        send(pair.other());
        poller.remove(pair.one());
        assertThat(ready(0)).isEmpty();
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> poller.remove(pair.one()))
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void nothingIsWatchedTwice() {
        poller.add(pair.one(), 7, Poller.READABLE);
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> poller.add(pair.one(), 8, Poller.READABLE))
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.EEXIST));
    }

    @Test
    void tokensAreKeptToTheBit() {
        long[] tokens = {0, 1, Integer.MAX_VALUE + 1L, Long.MAX_VALUE, Long.MIN_VALUE, -2};
        for (long token : tokens) {
            poller.add(pair.one(), token, Poller.WRITABLE);
            assertThat(ready(-1)).containsOnlyKeys(token);
            poller.remove(pair.one());
        }
    }

    @Test
    void aWakeFromAnotherThreadEndsTheWaiting() throws Exception {
        Thread waker = Thread.ofPlatform().start(poller::wake);
        assertThat(ready(-1)).isEmpty();
        waker.join();
    }

    @Test
    void wakesBeforeTheWaitingAreNotLostAndEndItOnce() {
        poller.wake();
        poller.wake();
        assertThat(ready(-1)).isEmpty();
        poller.add(pair.one(), 7, Poller.WRITABLE);
        assertThat(ready(-1)).containsOnlyKeys(7L);
    }

    @Test
    void manyReadyOnesAreAllToldInTheEnd() {
        OwnedFd[] counters = Messages.descriptors(200);
        var seen = new HashMap<Long, Integer>();
        for (int i = 0; i < counters.length; i++) {
            EventFd.add(counters[i], 1);
            poller.add(counters[i], i, Poller.READABLE);
        }
        for (int round = 0; round < 4; round++) {
            seen.putAll(ready(-1));
        }
        assertThat(seen).hasSize(200);
        for (OwnedFd counter : counters) {
            poller.remove(counter);
            counter.close();
        }
    }

    @Test
    void withoutFreeNumbersThereIsNoPollerAndNothingIsLeftOpen() throws Exception {
        for (int free : new int[]{0, 1}) {
            int errno = FewNumbers.leaving(free, () -> {
                try (var _ = new Poller()) {
                    return 0;
                } catch (SystemCallException full) {
                    return full.errno();
                }
            });
            assertThat(errno).as("with %s free numbers", free).isEqualTo(Errno.EMFILE);
        }
    }
}
