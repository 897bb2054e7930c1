package org.fdbox.daemon.support;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Member;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;

/// A handler that does as it is told. Its kind are the memfds that carry its name, which it saves as a few
/// bytes.
public final class FakeHandler implements PreservingHandler {

    /// What a test puts in the way of one of the handler's methods.
    @FunctionalInterface
    public interface Step {
        void run() throws HandlerRefusal;
    }

    /// Agrees.
    public static final Step FINE = () -> {};

    private static final int MOST_BYTES = 1 << 20;

    private final String kind;
    /// Which hooks were called for which entry, in this order: "seal a".
    public final List<String> calls = new CopyOnWriteArrayList<>();
    /// What a payload threw that is no refusal; who restores only logs it.
    public final List<RuntimeException> faults = new CopyOnWriteArrayList<>();
    public volatile Survival survival = Survival.CONTENTS;
    public volatile String reason;
    public volatile boolean mayBlock;
    public volatile Map<String, Object> description = Map.of();
    public volatile Step onRecognise = FINE;
    public volatile Step onExamine = FINE;
    public volatile Step onDescribe = FINE;
    public volatile Step onPreserve = FINE;
    public volatile Step onRestore = FINE;
    /// For one entry alone, by its name.
    public volatile Map<String, Step> onSeal = Map.of();
    public volatile Map<String, Step> onUnseal = Map.of();

    public FakeHandler(String kind) {
        this.kind = kind;
    }

    /// Refuses with a reason.
    public static Step refusing(String why) {
        return () -> {
            throw new HandlerRefusal(why);
        };
    }

    /// Fails as a handler with a fault does.
    public static Step failing(String why) {
        return () -> {
            throw new IllegalStateException(why);
        };
    }

    /// A descriptor of this handler's kind that holds a text.
    ///
    /// @return owned by the caller
    public OwnedFd make(String text) {
        OwnedFd memfd = Memfd.create(kind);
        Contents.write(memfd, text.getBytes(StandardCharsets.UTF_8), 0);
        return memfd;
    }

    @Override
    public String compatible() {
        return "test," + kind + "-v1";
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public Survival survival() {
        return survival;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        unchecked(onRecognise);
        return facts.link().equals("/memfd:" + kind + " (deleted)");
    }

    @Override
    public boolean mayBlock() {
        return mayBlock;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) throws HandlerRefusal {
        onExamine.run();
        return new Prospect(survival, Optional.ofNullable(reason));
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        unchecked(onDescribe);
        return description;
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (HandlerRefusal impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void seal(Member self, List<Member> box) throws HandlerRefusal {
        calls.add("seal " + self.name());
        onSeal.getOrDefault(self.name(), FINE).run();
    }

    @Override
    public void unseal(Member self, List<Member> box) throws HandlerRefusal {
        calls.add("unseal " + self.name());
        onUnseal.getOrDefault(self.name(), FINE).run();
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        onPreserve.run();
        payload.bytes(Contents.read(fd, 0, (int) Stat.of(fd).size()));
        return Map.of("by", kind);
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        onRestore.run();
        try {
            return make(new String(restoration.payload().bytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (RuntimeException fault) {
            faults.add(fault);
            throw fault;
        }
    }
}
