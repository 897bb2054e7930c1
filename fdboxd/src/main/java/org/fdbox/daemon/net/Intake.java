package org.fdbox.daemon.net;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// How much may be connected and unfinished, for each user and in all. For all loops, so it has a lock, for a moment.
public final class Intake {

    private final PolicyInForce policy;
    private Limits limits;
    private final DescriptorBudget budget;
    private final Map<Integer, Usage> byUid = new HashMap<>();
    private long unfinishedInAll;

    /// @param unfinishedBytesPerUid of messages that wait: for their end, or for their turn
    /// @param unfinishedBytes of all users
    public record Limits(long unfinishedBytesPerUid, long unfinishedBytes) {}

    private static final class Usage {
        private int connections;
        private long unfinished;
    }

    public Intake(PolicyInForce policy, Limits limits, DescriptorBudget budget) {
        this.policy = policy;
        this.limits = limits;
        this.budget = budget;
    }

    /// From now on; whoever has more keeps it.
    public synchronized void setLimits(Limits limits) {
        this.limits = limits;
    }

    /// Counts a new connection, until [#disconnect].
    ///
    /// @return why it may not stay, if it may not; then it is counted with [#arrived] until it is closed
    Optional<Refused> connect(PeerCredentials who) {
        int most = policy.limitsFor(who).connections();
        synchronized (this) {
            Usage usage = byUid.computeIfAbsent(who.uid(), _ -> new Usage());
            if (usage.connections < most && budget.addConnection()) {
                usage.connections++;
                return Optional.empty();
            }
            boolean tooMany = usage.connections >= most;
            forget(who.uid(), usage);
            return Optional.of(tooMany
                    ? new Refused.QuotaExceeded("connections", most)
                    : new Refused.OutOfFileDescriptors(budget.limit()));
        }
    }

    /// Counts a connection that was served before and is served again, whatever the limits are by now, until [#disconnect].
    synchronized void reconnect(int uid) {
        byUid.computeIfAbsent(uid, _ -> new Usage()).connections++;
        budget.addAnyway(1);
    }

    /// Counts the connection of a handle, and its other end until [#handleSent].
    ///
    /// @param account who opened the handle
    /// @throws Refused QuotaExceeded if the user has too many, or OutOfFileDescriptors
    void connectHandle(PeerCredentials account) throws Refused {
        arrived(1);
        Optional<Refused> refused = connect(account);
        if (refused.isPresent()) {
            handleSent();
            throw refused.get();
        }
    }

    /// The client's end of a handle was sent, or will not be.
    void handleSent() {
        gone(1);
    }

    int descriptorLimit() {
        return budget.limit();
    }

    /// A connection is closed.
    synchronized void disconnect(int uid) {
        Usage usage = byUid.get(uid);
        usage.connections--;
        budget.release(1);
        forget(uid, usage);
    }

    /// Counts descriptors from the moment they were received until they are closed or stored.
    void arrived(int descriptors) {
        if (descriptors != 0) {
            budget.addTransit(descriptors);
        }
    }

    /// They are closed or stored.
    void gone(int descriptors) {
        arrived(-descriptors);
    }

    /// Counts what waits at a connection, which grew or shrank by so much; answers whether it may go on.
    ///
    /// @param bytes with what descriptors weigh
    /// @param descriptors how many more of them there are
    synchronized boolean waiting(int uid, long bytes, int descriptors) {
        Usage usage = byUid.get(uid);
        usage.unfinished += bytes;
        unfinishedInAll += bytes;
        return (descriptors <= 0 || budget.hasRoomForTransit())
                && (bytes <= 0
                        || usage.unfinished <= limits.unfinishedBytesPerUid
                                && unfinishedInAll <= limits.unfinishedBytes);
    }

    synchronized long mostUnfinished() {
        return limits.unfinishedBytesPerUid;
    }

    private void forget(int uid, Usage usage) {
        if (usage.connections == 0) {
            byUid.remove(uid);
        }
    }
}
