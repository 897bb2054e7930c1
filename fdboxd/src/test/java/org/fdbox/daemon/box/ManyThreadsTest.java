package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Many clients at once on a few boxes: in the end every descriptor was closed once, or is in exactly one
/// box, and the counts are what they would be after one client.
@ExtendWith(NothingLeaks.class)
class ManyThreadsTest {

    private static final int THREADS = 20;
    private static final int ROUNDS = 1000;
    private static final List<String> BOXES = List.of("a", "b", "c");
    private static final List<String> NAMES = List.of("1", "2", "3", "4", "5");

    private final Shelves shelves = new Shelves(Allowing.limits(10, 10_000));
    private final Map<OwnedFd, Integer> stored = Collections.synchronizedMap(new IdentityHashMap<>());
    private final Map<String, AtomicInteger> done = new ConcurrentHashMap<>();

    @Test
    void nothingIsLostAndNothingIsCountedTwice() throws Exception {
        int room = shelves.room();
        var start = new CyclicBarrier(THREADS);
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var clients = new ArrayList<Future<Void>>();
            for (int i = 0; i < THREADS; i++) {
                var random = new Random(i);
                clients.add(threads.submit((Callable<Void>) () -> {
                    start.await();
                    client(random);
                    return null;
                }));
            }
            for (Future<Void> client : clients) {
                client.get();
            }
        }
        assertThat(done).as("each kind of work was done").hasSize(10);
        assertConsistent(room);
    }

    private void client(Random random) throws Refused {
        var holder = new LeaseHolder();
        for (int i = 0; i < ROUNDS; i++) {
            String box = BOXES.get(random.nextInt(BOXES.size()));
            String name = NAMES.get(random.nextInt(NAMES.size()));
            int what = random.nextInt(10);
            try {
                act(what, box, name, holder, random);
                done.computeIfAbsent("work " + what, _ -> new AtomicInteger()).incrementAndGet();
            } catch (Refused inTheWay) {
                // Somebody else was faster.
            }
        }
        shelves.boxes.handouts().giveBack(holder);
    }

    private void act(int what, String box, String name, LeaseHolder holder, Random random) throws Refused {
        switch (what) {
            case 0 -> shelves.store().create(ALICE, box, 0700);
            case 1 -> stored.put(shelves.put(ALICE, box, name), 1);
            case 2 -> stored.put(shelves.put(ALICE, box, name, true), 1);
            case 3 -> finish(shelves.handOut(ALICE, box, Purpose.TAKE, holder, name), random);
            case 4 -> finish(shelves.handOut(ALICE, box, Purpose.COPY, holder, name), random);
            case 5 -> {
                Handout lease = shelves.handOut(ALICE, box, Purpose.LEASE, holder, name);
                lease.sent();
                if (random.nextBoolean()) {
                    shelves.boxes.handouts().confirm(holder, lease.leaseId().orElseThrow());
                } else {
                    shelves.boxes.handouts().giveBack(holder);
                }
            }
            case 6 -> shelves.store().drop(Caller.of(ALICE), box, name);
            case 7 -> sealAndUnseal(box, random);
            case 8 -> lookAround(box, random);
            default -> {
                if (random.nextInt(10) == 0) {
                    shelves.delete(ALICE, box);
                }
            }
        }
    }

    private static void finish(Handout handout, Random random) {
        assertThat(handout.descriptors()).allMatch(OwnedFd::isOpen);
        if (random.nextInt(4) == 0) {
            handout.failed();
        } else {
            handout.sent();
        }
    }

    private void sealAndUnseal(String box, Random random) throws Refused {
        try (Transition sealing = shelves.boxes.seals().startSealing(Caller.of(ALICE), box)) {
            assertThat(sealing.entries()).allMatch(entry -> ((Content.Held) entry.content()).fd().isOpen());
            if (random.nextBoolean()) {
                sealing.complete();
            }
        }
        shelves.unseal(box);
    }

    private void lookAround(String box, Random random) throws Refused {
        if (random.nextInt(4) == 0) {
            shelves.boxes.seals().freeze().close();
        }
        try (Look look = shelves.boxes.looks().look(Caller.of(ALICE), box)) {
            assertThat(look.entries()).allMatch(entry -> ((Content.Held) entry.content()).fd().isOpen());
        }
    }

    private void assertConsistent(int room) throws Refused {
        var left = new ArrayList<OwnedFd>();
        for (var box : shelves.store().list(Caller.of(ROOT))) {
            try (Look look = shelves.boxes.looks().look(Caller.of(ROOT), box.name())) {
                look.entries().forEach(entry -> left.add(((Content.Held) entry.content()).fd()));
            }
        }
        assertThat(left).allMatch(OwnedFd::isOpen).doesNotHaveDuplicates();
        assertThat(shelves.disposed).doesNotHaveDuplicates().noneMatch(left::contains);
        assertThat(shelves.disposed.size() + left.size()).isEqualTo(stored.size());
        assertThat(shelves.room()).isEqualTo(room - left.size());
        shelves.close();
        assertThat(shelves.disposed).hasSize(stored.size());
        assertThat(shelves.room()).isEqualTo(room);
        assertQuotaIsFree();
    }

    private void assertQuotaIsFree() throws Refused {
        shelves.policy.set(Policy.of(Allowing.limits(1, 1)));
        shelves.store().create(ALICE, "a", 0700);
        shelves.put(ALICE, "a", "1");
        shelves.close();
    }
}
