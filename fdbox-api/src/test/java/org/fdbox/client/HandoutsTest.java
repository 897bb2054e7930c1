package org.fdbox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FewNumbers;
import org.fdbox.sys.NoLeak;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Descriptors on their way out of a box: each to its name, none left behind, and nothing confirmed that did not arrive.
@ExtendWith(NoLeak.class)
class HandoutsTest {

    private final OwnedFd one = EventFd.create(1, false, true);
    private final OwnedFd two = EventFd.create(2, false, true);

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private static Reply.HandedEntry file(int index, String name) {
        return new Reply.HandedEntry(index,
                new EntryInfo(name, "fdbox,eventfd-v1", "eventfd", EntryInfo.State.LEASED,
                        EntryInfo.Survival.CONTENTS, Optional.empty(), Optional.empty(), 0, 0, 0, Map.of()));
    }

    /// Answers a lease or copies with these, and confirms.
    private Peer handing(Optional<String> lease, List<Reply.HandedEntry> files, OwnedFd... descriptors) {
        return Peer.answering((me, request, _) -> {
            switch (request) {
                case Request.Get _ -> me.reply(new Reply.Handed(files.getFirst(), lease), descriptors);
                case Request.Confirm _ -> me.reply(new Reply.Done());
                default -> me.reply(new Reply.HandedMany(files, lease), descriptors);
            }
        });
    }

    private static void assertLost(Callable<?> action, String message) {
        assertThatExceptionOfType(ConnectionLostException.class).isThrownBy(action::call)
                .withMessage(message);
    }

    @Test
    void takingIsALeaseThatIsConfirmed() throws Exception {
        try (var peer = handing(Optional.of("7"), List.of(file(0, "n")), one);
                OwnedFd taken = peer.client().take("b", "n")) {
            assertThat(EventFd.read(taken)).isEqualTo(1);
            assertThat(peer.requests()).containsExactly(
                    new Request.GetMany("b", Optional.of(List.of("n")), false, true),
                    new Request.Confirm("7"));
        }
    }

    @Test
    void aCopyIsNot() throws Exception {
        try (var peer = handing(Optional.empty(), List.of(file(0, "n")), one);
                OwnedFd copy = peer.client().copy("b", "n")) {
            assertThat(EventFd.read(copy)).isEqualTo(1);
            assertThat(peer.requests()).containsExactly(new Request.Get("b", "n", true, false));
        }
    }

    @Test
    void everyNameGetsTheDescriptorOfItsIndex() throws Exception {
        try (var peer = handing(Optional.empty(), List.of(file(1, "b"), file(0, "a")), one, two)) {
            Map<String, OwnedFd> copies = peer.client().copyMany("b", Optional.empty());
            assertThat(copies.keySet()).containsExactly("b", "a");
            assertThat(EventFd.read(copies.get("b"))).isEqualTo(2);
            assertThat(EventFd.read(copies.get("a"))).isEqualTo(1);
            copies.values().forEach(OwnedFd::close);
        }
    }

    @Test
    void aLeaseKeepsWhatNobodyTookAndGivesUpWhatSomebodyDid() throws Exception {
        try (var peer = handing(Optional.of("7"), List.of(file(0, "a"), file(1, "b")), one, two)) {
            OwnedFd mine;
            Lease lease = peer.client().lease("b", List.of("a", "b"));
            try (lease) {
                mine = lease.descriptors().get("b").take();
            }
            assertThat(peer.requests()).as("closing confirms nothing").hasSize(1);
            assertThat(EventFd.read(mine)).isEqualTo(2);
            assertThatIllegalStateException().isThrownBy(() -> lease.descriptors().get("a").number());
            mine.close();
        }
    }

    @Test
    void aRefusedConfirmationGivesNothing() {
        try (var peer = Peer.answering((me, request, _) -> {
            if (request instanceof Request.Confirm confirm) {
                me.refuse(new Refused.NoSuchLease(confirm.lease()));
            } else {
                me.reply(new Reply.HandedMany(List.of(file(0, "n")), Optional.of("7")), one);
            }
        })) {
            assertThatExceptionOfType(Refused.NoSuchLease.class)
                    .isThrownBy(() -> peer.client().take("b", "n"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void aDescriptorThatDidNotComeIsNotConfirmed(int index) {
        String missing = "the reply names descriptor " + index + " and brought 1";
        try (var peer = handing(Optional.of("7"), List.of(file(index, "n")), one)) {
            assertLost(() -> peer.client().take("b", "n"), missing);
            assertThat(peer.requests()).noneMatch(Request.Confirm.class::isInstance);
        }
        try (var peer = handing(Optional.empty(), List.of(file(index, "n")), one)) {
            assertLost(() -> peer.client().copy("b", "n"), missing);
        }
    }

    @Test
    void theOthersAreClosedWhereOneIsMissing() {
        try (var peer =
                handing(Optional.of("7"), List.of(file(0, "a"), file(1, "b"), file(2, "c")), one, two)) {
            assertLost(() -> peer.client().lease("b", List.of("a", "b", "c")),
                    "the reply names descriptor 2 and brought 2");
        }
    }

    @Test
    void oneDescriptorIsNotTwo() {
        try (var peer = handing(Optional.of("7"), List.of(file(0, "a"), file(0, "b")), one)) {
            assertLost(() -> peer.client().lease("b", List.of("a", "b")),
                    "the reply names descriptor 0 and brought 1");
        }
    }

    @Test
    void descriptorsThatNoNameAsksForAreClosed() throws Exception {
        try (var peer = handing(Optional.of("7"), List.of(file(1, "n")), one, two, one);
                OwnedFd taken = peer.client().take("b", "n")) {
            assertThat(EventFd.read(taken)).isEqualTo(2);
        }
    }

    @Test
    void otherNamesThanTheOnesAskedForAreNotConfirmed() {
        for (List<Reply.HandedEntry> files : List.of(
                List.<Reply.HandedEntry>of(), List.of(file(0, "other")),
                List.of(file(0, "n"), file(1, "n")))) {
            try (var peer = handing(Optional.of("7"), files, one, two)) {
                assertLost(() -> peer.client().take("b", "n"), "the daemon handed out "
                        + files.stream().map(file -> file.entry().name()).toList()
                        + " and was asked for [n]");
                assertThat(peer.requests()).hasSize(1);
            }
        }
        try (var peer = handing(Optional.empty(), List.of(file(0, "n"), file(1, "n")), one, two)) {
            assertLost(() -> peer.client().copyMany("b", Optional.empty()),
                    "the daemon handed out [n, n] and was asked for each entry once");
        }
    }

    @Test
    void withoutALeaseNothingIsTaken() {
        try (var peer = handing(Optional.empty(), List.of(file(0, "n")), one)) {
            assertLost(() -> peer.client().take("b", "n"), "the daemon handed out [n] without a lease");
        }
    }

    /// Then the kernel drops the rest of the descriptors (recvmsg(2), MSG_CTRUNC).
    @Test
    void withoutFreeNumbersNothingIsTakenAndTheReasonIsTold() throws Exception {
        try (var peer = handing(Optional.of("7"), List.of(file(0, "a"), file(1, "b")), one, two)) {
            peer.client().lease("b", List.of("a", "b")).close();
            Callable<Void> action = () -> {
                assertLost(() -> peer.client().lease("b", List.of("a", "b")),
                        "the reply names descriptor 1 and brought 1; this process has too few free descriptor numbers");
                return null;
            };
            FewNumbers.leaving(1, action);
            assertThat(peer.requests()).hasSize(2);
        }
    }
}
