package org.fdbox.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.handover.FileTrouble;
import org.fdbox.daemon.handover.Recovered;
import org.fdbox.daemon.handover.StateDirectory;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.net.SocketFile;
import org.fdbox.daemon.service.Adopted;
import org.fdbox.daemon.service.Bequest;
import org.fdbox.daemon.service.SessionStore;
import org.fdbox.daemon.service.Survival;
import org.fdbox.daemon.succession.Broken;
import org.fdbox.daemon.succession.Item;
import org.fdbox.daemon.succession.OtherItems;
import org.fdbox.daemon.succession.Stored;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What another daemon hands over, put in its place: the other way of [Holdings].
final class Takings {

    private static final Logger LOG = LoggerFactory.getLogger(Takings.class);

    static final String PATH = "path";
    static final String LEASES = "leases";

    private Takings() {}

    /// @return closed by the caller
    static StateDirectory stateDirectory(OtherItems items, Setting setting)
            throws Broken, StateDirectory.Unusable {
        OwnedFd lock = items.takeDescriptor(Item.STATE_DIRECTORY);
        Step.Watcher steps = setting.watcher()::accept;
        return StateDirectory.adopt(setting.options().stateDirectory(), lock, steps);
    }

    /// @return closed by the caller
    static List<SocketFile> sockets(OtherItems items) throws Broken, SocketFile.Unusable {
        var sockets = new ArrayList<SocketFile>();
        boolean all = false;
        List<Item> taken = items.take(Item.SOCKET);
        try {
            for (Item item : taken) {
                sockets.add(socket(item));
            }
            all = true;
            return sockets;
        } finally {
            taken.forEach(item -> item.descriptors().forEach(OwnedFd::close));
            if (!all) {
                sockets.forEach(SocketFile::leave);
            }
        }
    }

    private static SocketFile socket(Item item) throws Broken, SocketFile.Unusable {
        List<OwnedFd> descriptors = item.descriptors();
        if (descriptors.isEmpty()) {
            throw new Broken("a listening socket is missing");
        }
        Optional<Path> path = Optional.ofNullable(item.values().get(PATH))
                .map(text -> Path.of((String) text));
        Optional<OwnedFd> lock = descriptors.stream().skip(1).findFirst();
        return SocketFile.adopt(descriptors.getFirst(), path, lock);
    }

    /// What that daemon had recovered is known here, too.
    static void follow(OtherItems items, Parts parts) throws Broken, Malformed, IOException {
        parts.handover().follow(Recovered.of(items.takeOne(Item.HANDOVER).values()));
    }

    /// What keeps the boxes goes on keeping them, from [Survival#begin] on.
    ///
    /// @param adopted what of it is in the boxes
    /// @return closed by the caller
    static Survival survival(OtherItems items, Adopted adopted, Setting setting)
            throws Broken, Malformed, Survival.Unavailable {
        Item item = items.takeOne(Item.SURVIVAL);
        try {
            Bequest bequest = Bequest.of(item.values(), item.descriptors());
            return Survival.succeed(bequest, adopted, setting.environment(), setting.watcher()::accept);
        } finally {
            item.descriptors().forEach(OwnedFd::close);
        }
    }

    /// The same of a daemon that keeps nothing, before anybody waits for it.
    static void rehearseSurvival(Setting setting) throws Malformed, Survival.Unavailable {
        try (Survival nothing = Survival.none(setting.watcher()::accept);
                Bequest bequest = nothing.pause(Duration.ZERO);
                Bequest received = Bequest.of(bequest.node(), bequest.ledgers())) {
            Survival.succeed(received, new Adopted(), setting.environment(), setting.watcher()::accept)
                    .close();
        }
    }

    /// Tells of what is kept already.
    static Stored into(Adopted adopted) {
        return new Stored() {
            @Override
            public void adopt(Entry entry, String id) throws Malformed {
                adopted.adopt(entry, id);
            }

            @Override
            public void disown(Entry entry) {
                adopted.disown(entry);
            }
        };
    }

    /// For a process that takes over, which its service manager gives nothing.
    static Kexec kexec(Setting setting) {
        return new Kexec(setting.config().luo(), new LiveUpdate(),
                new SessionStore(setting.environment(), new HashMap<>()));
    }

    /// What the kernel carries over a kexec it goes on carrying.
    static void kexec(OtherItems items, Parts parts) throws Malformed {
        for (Item item : items.take(Item.KEXEC)) {
            KexecItem.succeed(item, parts.kexec(), parts);
        }
    }

    /// What the other daemon left unfinished. Nobody else can serve any more, so a failure is no more than room that is not free.
    static void removePartials(StateDirectory state) {
        try {
            state.removePartials();
        } catch (IOException left) {
            LOG.warn("what an interrupted save left stays for now: {}", FileTrouble.of(left));
        }
    }

    static void leaseCount(OtherItems items, Parts parts) throws Broken {
        if (items.takeOne(Item.STORE).values().get(LEASES) instanceof Long count) {
            parts.boxes().handouts().continueLeases(count);
        }
    }
}
