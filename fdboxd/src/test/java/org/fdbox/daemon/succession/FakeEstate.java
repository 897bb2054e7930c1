package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.fdbox.daemon.support.Fds;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;

/// A daemon of which only what a take-over does with it can be seen.
final class FakeEstate implements Estate, AutoCloseable {

    final Queue<String> deeds = new ConcurrentLinkedQueue<>();
    final OwnedFd fixture = Fds.memfd("fixture");
    final OwnedFd last = Fds.memfd("last");
    boolean saving;
    boolean restless;

    @Override
    public Hold hold() throws Refused.HandoverInProgress {
        if (saving) {
            throw new Refused.HandoverInProgress();
        }
        deeds.add("hold");
        return () -> deeds.add("let go");
    }

    @Override
    public List<Item> fixtures() {
        return List.of(new Item("fixture", Map.of(), List.of(fixture)));
    }

    @Override
    public Copying copyBoxes() {
        return new Copying() {
            @Override
            public void all(Sink sink) throws Broken {
                sink.add(new Item("all", Map.of()));
            }

            @Override
            public void changes(Sink sink) throws Broken {
                sink.add(new Item("change", Map.of("laterKnown", List.of(1L))));
            }

            @Override
            public void close() {
                deeds.add("copied");
            }
        };
    }

    @Override
    public List<Item> suspend(Duration most) throws Refused.HandoverFailed {
        if (restless) {
            throw new Refused.HandoverFailed(Optional.empty(), Optional.empty(), "restless");
        }
        deeds.add("suspend");
        return List.of(new Item("last", Map.of(), List.of(last)));
    }

    TakeOver.Followed spare() {
        return new TakeOver.Followed() {
            @Override
            public void hurry(boolean now) {
                // It matters to a spare alone.
            }

            @Override
            public void dismiss() {
                deeds.add("dismissed");
            }
        };
    }

    @Override
    public Optional<String> keptElsewhere() {
        return Optional.empty();
    }

    @Override
    public void resume() {
        deeds.add("resume");
    }

    @Override
    public void reached(State state) {
        deeds.add(state.word());
    }

    @Override
    public void succeededBy(int pid) {
        deeds.add("succeeded");
    }

    @Override
    public void over() {
        deeds.add("over");
    }

    @Override
    public void close() {
        fixture.close();
        last.close();
    }
}
