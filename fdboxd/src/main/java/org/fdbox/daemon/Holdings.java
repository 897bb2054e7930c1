package org.fdbox.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.fdbox.daemon.handover.Exclusive;
import org.fdbox.daemon.handover.Phase;
import org.fdbox.daemon.kexec.Kept;
import org.fdbox.daemon.net.Server;
import org.fdbox.daemon.net.SocketFile;
import org.fdbox.daemon.service.Bequest;
import org.fdbox.daemon.service.Mode;
import org.fdbox.daemon.service.Survival;
import org.fdbox.daemon.succession.BoxCopy;
import org.fdbox.daemon.succession.ClientItems;
import org.fdbox.daemon.succession.Estate;
import org.fdbox.daemon.succession.Item;
import org.fdbox.daemon.succession.State;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;

/// All that this daemon holds, as a successor gets it.
final class Holdings implements Estate, AutoCloseable {

    private final Parts parts;
    private final Survival survival;
    private final Server server;
    private final List<Item> unknown;
    private final IntConsumer succeeded;
    private final Runnable over;
    private final Consumer<Enum<?>> watcher;
    private final OwnedFd pidfd = Pidfd.open((int) ProcessHandle.current().pid(), false);
    private boolean toldOfAnother;
    /// What the service manager keeps, while nothing changes there.
    private Optional<Bequest> bequest = Optional.empty();

    /// @param unknown what came with this daemon's own predecessor and another version may make use of; belongs to this
    /// @param succeeded told the pid of whoever is the daemon from now on
    /// @param over ends this process
    /// @param watcher told of each state
    Holdings(Parts parts, Survival survival, Server server, List<Item> unknown, IntConsumer succeeded,
            Runnable over, Consumer<Enum<?>> watcher) {
        this.parts = parts;
        this.survival = survival;
        this.server = server;
        this.unknown = unknown;
        this.succeeded = succeeded;
        this.over = over;
        this.watcher = watcher;
    }

    @Override
    public Hold hold() throws Refused.HandoverInProgress {
        Exclusive nobodySaves = parts.handover().exclusively();
        return nobodySaves::close;
    }

    @Override
    public List<Item> fixtures() {
        var items = new ArrayList<Item>();
        items.add(new Item(Item.PREDECESSOR, Map.of(), List.of(pidfd)));
        items.add(new Item(Item.STATE_DIRECTORY, Map.of(), List.of(parts.state().lock())));
        for (SocketFile socket : parts.sockets()) {
            items.add(socket(socket));
        }
        items.add(new Item(Item.HANDOVER, parts.handover().recovered().node()));
        items.addAll(unknown);
        return items;
    }

    private static Item socket(SocketFile socket) {
        var descriptors = new ArrayList<OwnedFd>();
        descriptors.add(socket.listener());
        socket.lock().ifPresent(descriptors::add);
        var values = new LinkedHashMap<String, Object>();
        socket.path().ifPresent(path -> values.put(Takings.PATH, path.toString()));
        return new Item(Item.SOCKET, values, descriptors);
    }

    @Override
    public Copying copyBoxes() {
        WarmUp.suspending(parts);
        return new BoxCopy(parts.boxes().inventory(), parts.relay(), survival::id);
    }

    @Override
    public Optional<String> keptElsewhere() {
        return survival.mode() == Mode.OFF
                ? Optional.empty()
                : Optional.of("the service manager keeps what this daemon holds (crashSurvival \""
                        + survival.mode().word() + "\"), and would bring it back beside a spare that serves;"
                        + " set crashSurvival to \"off\" to run one");
    }

    @Override
    public List<Item> suspend(Duration most) throws Refused.HandoverFailed {
        List<SuspendedClient> clients = server.suspend(most);
        boolean resting = false;
        try {
            bequest = Optional.of(survival.pause(most));
            List<Item> rest = rest(clients);
            resting = true;
            return rest;
        } catch (Survival.Unavailable restless) {
            throw new Refused.HandoverFailed(Optional.empty(), Optional.empty(), restless.getMessage());
        } finally {
            if (!resting) {
                resume();
            }
        }
    }

    private List<Item> rest(List<SuspendedClient> clients) {
        var items = new ArrayList<Item>();
        items.add(new Item(Item.SURVIVAL, bequest.orElseThrow().node(), bequest.orElseThrow().ledgers()));
        Kept kept = parts.kexec().kept();
        if (!kept.isNothing()) {
            items.add(KexecItem.of(kept));
        }
        items.add(new Item(Item.STORE,
                Map.of(Takings.LEASES, parts.boxes().handouts().leaseCount())));
        items.addAll(ClientItems.of(clients, parts.boxes().handouts()));
        return items;
    }

    @Override
    public void resume() {
        bequest.ifPresent(Bequest::close);
        bequest = Optional.empty();
        survival.resume();
        server.resume();
        if (toldOfAnother) {
            toldOfAnother = false;
            succeeded.accept((int) ProcessHandle.current().pid());
        }
    }

    @Override
    public void reached(State state) {
        watcher.accept(state);
        parts.handover().setPhase(Phase.valueOf(state.name()));
        switch (state) {
            case FREEZING -> parts.watchers().announce(Happening.FREEZING, OptionalLong.empty());
            case LIVE -> parts.watchers().announce(Happening.ABORTED, OptionalLong.empty());
            // The successor says so.
            case OFFERED, COMMITTED -> {}
        }
    }

    @Override
    public void succeededBy(int pid) {
        toldOfAnother = true;
        succeeded.accept(pid);
    }

    @Override
    public void over() {
        survival.leave();
        over.run();
    }

    @Override
    public void close() {
        unknown.forEach(item -> item.descriptors().forEach(OwnedFd::close));
        pidfd.close();
    }
}
