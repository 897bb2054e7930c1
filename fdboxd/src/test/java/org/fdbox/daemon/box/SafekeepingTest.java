package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// When whoever keeps what the boxes hold is told of what.
@ExtendWith(NothingLeaks.class)
class SafekeepingTest {

    private final List<String> told = new ArrayList<>();
    private boolean full;
    private Runnable whileKeeping = () -> {};

    private final Boxes boxes =
            Boxes.empty(Allowing.entries(10, 50), new DescriptorBudget(1000, 0), (held, _, closed) -> {
                told.add("closed");
                held.fd().close();
                closed.run();
            }, Events.NONE, InstantSource.fixed(Instant.ofEpochSecond(7)), new Recorder());

    private final class Recorder implements Safekeeping {
        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public void keep(List<Entry> entries) throws Refused.QuotaExceeded {
            whileKeeping.run();
            if (full) {
                throw new Refused.QuotaExceeded("store", 1);
            }
            entries.forEach(entry -> told.add("keep " + entry.name()));
        }

        @Override
        public void release(List<Entry> entries) {
            entries.forEach(entry -> told.add("release " + entry.name()));
        }

        @Override
        public void note(List<Change> changes) {
            told.add(String.join(", ", changes.stream().map(SafekeepingTest::text).toList()));
        }

        @Override
        public void settle() {
            told.add("settle");
        }

        @Override
        public boolean isKeeper(int pid) {
            return false;
        }
    }

    private static String text(Change change) {
        return switch (change) {
            case Change.BoxIs(var box, var access, _, var sealed, _, _) ->
                box + " " + Integer.toOctalString(access.mode()) + (sealed ? " sealed" : " open");
            case Change.BoxGone(var box) -> box + " gone";
            case Change.EntryIs(var box, var entry) -> box + "/" + entry.name();
            case Change.EntryGone(var box, var entry) -> box + "/" + entry.name() + " gone";
        };
    }

    private void put(String name, boolean replace) throws Refused {
        OwnedFd fd = Memfd.create(name);
        boolean stored = false;
        try {
            var entry = new Entry(name, new Content.Held(fd, Shelves.KIND), ALICE, 1);
            boxes.store().put(Caller.of(ALICE), "b", List.of(entry), replace);
            stored = true;
        } finally {
            if (!stored) {
                fd.close();
            }
        }
    }

    private Handout handOut(Handout.Purpose purpose, LeaseHolder holder) throws Refused {
        return boxes.handouts().start(Caller.of(ALICE), "b", Optional.of(List.of("x")), purpose, holder, 9);
    }

    private void deleteBox() throws Refused {
        boxes.store().delete(ALICE, "b", () -> {});
    }

    @Test
    void eachChangeIsSettledBeforeItIsAcknowledged() throws Exception {
        boxes.store().create(ALICE, "b", 0700);
        boxes.store().setAccess(ALICE, "b", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0750));
        put("x", false);
        try (Transition sealing = boxes.seals().startSealing(Caller.of(ALICE), "b")) {
            sealing.complete();
        }
        try (Transition unsealing = boxes.seals().startUnsealing(Caller.of(ALICE), "b")) {
            unsealing.complete();
        }
        boxes.store().drop(Caller.of(ALICE), "b", "x");
        deleteBox();
        assertThat(told).containsExactly("b 700 open", "settle", "b 750 open", "settle", "keep x", "b/x",
                "settle", "b 750 sealed", "settle", "b 750 open", "settle", "b/x gone", "closed", "settle",
                "b gone", "settle");
    }

    @Test
    void aReplacementIsOneChange() throws Exception {
        boxes.store().create(ALICE, "b", 0700);
        put("x", false);
        told.clear();
        put("x", true);
        assertThat(told).containsExactly("keep x", "b/x gone, b/x", "closed", "settle");
        deleteBox();
    }

    @Test
    void nobodySeesWhatIsNotKept() throws Exception {
        boxes.store().create(ALICE, "b", 0700);
        whileKeeping = () -> assertThat(boxes.store().list(Caller.of(ROOT)).getFirst().entries()).isZero();
        put("x", false);
        whileKeeping = () -> {};
        full = true;
        told.clear();
        assertThatThrownBy(() -> put("x", true)).isInstanceOf(Refused.QuotaExceeded.class);
        assertThatThrownBy(() -> put("y", false)).isInstanceOf(Refused.QuotaExceeded.class);
        assertThat(told).isEmpty();
        assertThat(boxes.store().list(Caller.of(ROOT)).getFirst().entries()).isEqualTo(1);
        // What is refused anyway is not worth keeping.
        assertThatThrownBy(() -> put("x", false)).isInstanceOf(Refused.FdExists.class);
        deleteBox();
    }

    @Test
    void whatFindsNoPlaceAfterAllIsLetGoOf() throws Exception {
        boxes.store().create(ALICE, "b", 0700);
        whileKeeping = () -> {
            try {
                deleteBox();
            } catch (Refused impossible) {
                throw new AssertionError(impossible);
            }
        };
        assertThatThrownBy(() -> put("x", false)).isInstanceOf(Refused.NoSuchBox.class);
        assertThat(told).endsWith("keep x", "release x");
    }

    @Test
    void anEntryLeavesOnceItHasArrived() throws Exception {
        boxes.store().create(ALICE, "b", 0700);
        put("x", false);
        told.clear();
        handOut(Handout.Purpose.TAKE, new LeaseHolder()).failed();
        handOut(Handout.Purpose.COPY, new LeaseHolder()).sent();
        var holder = new LeaseHolder();
        Handout lease = handOut(Handout.Purpose.LEASE, holder);
        lease.sent();
        assertThat(told).isEmpty();
        boxes.handouts().confirm(holder, lease.leaseId().orElseThrow());
        assertThat(told).containsExactly("b/x gone", "closed", "settle");
        deleteBox();
    }
}
