package org.fdbox.daemon.handover;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Pendings;
import org.fdbox.daemon.box.Reason;
import org.fdbox.daemon.box.Waiting;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Handlers that programs register while the daemon runs, each for as long as its connection lives. Every entry that waits for
/// one is offered to it; recovery is over before anybody can register, so none comes later. What is
/// offered stays pending until the answer is there, whatever happens to the handler.
public final class LateHandlers {

    private static final Logger LOG = LoggerFactory.getLogger(LateHandlers.class);
    private static final String CANNOT_PRESERVE =
            "it was restored by a registered handler, which cannot save it again";

    private final HandlerRegistry builtIn;
    private final StateDirectory directory;
    private final Journal journal;
    private final Pendings pendings;
    private final Waitlist waitlist;

    /// Both guarded by this object's lock.
    private final Map<String, Registration> byCompatible = new LinkedHashMap<>();
    private final Map<String, RestoreRequest> open = new HashMap<>();

    public LateHandlers(Handover handover, Pendings pendings) {
        this.builtIn = handover.handlers();
        this.directory = handover.directory();
        this.journal = handover.journal();
        this.pendings = pendings;
        this.waitlist = new Waitlist(pendings, handover);
    }

    /// Makes a program the handler of what nobody handles. Nothing is sent before [Registration#start].
    ///
    /// @throws Refused.HandlerExists if there is one, built in or registered
    public synchronized Registration register(String compatible, PeerCredentials who)
            throws Refused.HandlerExists {
        if (builtIn.named(compatible).isPresent() || byCompatible.containsKey(compatible)) {
            throw new Refused.HandlerExists(compatible);
        }
        var registration = new Registration(this, compatible, who);
        byCompatible.put(compatible, registration);
        return registration;
    }

    /// The same for a program that was registered with the process before this one.
    ///
    /// @param asked what it was asked and has not answered; what is not pending any more is left out
    public synchronized Registration register(String compatible, PeerCredentials who,
            Map<String, List<Waiting>> asked) throws Refused.HandlerExists {
        Registration registration = register(compatible, who);
        asked.forEach((id, entries) -> {
            if (!entries.isEmpty()) {
                open.put(id, new RestoreRequest(id, registration, entries));
            }
        });
        return registration;
    }

    /// All that is pending.
    public List<Waiting> waiting() {
        return pendings.all();
    }

    /// The program is gone: what it was asked waits on, and the name is free.
    synchronized void remove(Registration registration) {
        byCompatible.remove(registration.compatible(), registration);
        open.values().removeIf(request -> request.registration() == registration);
    }

    /// Whether the program is still there to be asked.
    synchronized boolean add(RestoreRequest request) {
        boolean registered = byCompatible.containsValue(request.registration());
        if (registered) {
            open.put(request.id(), request);
        }
        return registered;
    }

    /// Takes up a request to answer it. The next is [#held], [#refused] or [#reopen].
    ///
    /// @param uid must be that of the handler
    /// @throws Refused.NoSuchRequest if there is none of this name and user, or no longer
    public synchronized RestoreRequest claim(String id, int uid) throws Refused.NoSuchRequest {
        RestoreRequest request = open.get(id);
        if (request == null || request.registration().who().uid() != uid) {
            throw new Refused.NoSuchRequest(id);
        }
        return open.remove(id);
    }

    /// It was not answered after all, and can be.
    public void reopen(RestoreRequest request) {
        add(request);
    }

    /// Its handler could not make it: it waits on.
    ///
    /// @param reason for people
    public void refused(RestoreRequest request, String reason) {
        String told = Reason.shortened(reason);
        LOG.info("{} cannot restore {}: {}", request.registration(), request, told);
        pendings.explain(request.entries(), told);
        request.registration().answered();
    }

    /// Its handler has made it. May block.
    ///
    /// @param made belongs to the store if this returns, and to the caller else
    /// @throws Refused.NoSuchRequest if the entry was dropped meanwhile, or its box deleted
    /// @throws Refused.HandoverInProgress or BoxSealed if its box is being saved or changed for too long: it is open again
    /// @throws Refused if there is no room for it: it waits on
    public void held(RestoreRequest request, Content.Held made) throws Refused {
        Content.Kind seen = made.kind();
        var kind = new Content.Kind(request.registration().compatible(), seen.name(), Survival.LIVE,
                CANNOT_PRESERVE, seen.mayBlock());
        boolean held;
        try {
            held = pendings.hold(request.registration().who().uid(), request.entries(), made.fd(), kind, true,
                    journal::finish);
        } catch (Refused.HandoverInProgress | Refused.BoxSealed busy) {
            reopen(request);
            throw busy;
        } catch (Refused | RuntimeException unable) {
            refused(request, unable.getMessage());
            throw unable;
        }
        request.registration().answered();
        if (!held) {
            throw new Refused.NoSuchRequest(request.id());
        }
        LOG.info("{} restored {}", request.registration(), request);
    }

    // For registrations

    /// Everything of a kind but what is being asked for already.
    List<List<Waiting>> waitingFor(Registration registration) {
        Set<Entry> asked = open(registration).stream()
                .flatMap(request -> request.entries().stream().map(Waiting::entry))
                .collect(Collectors.toSet());
        return waitlist.groups(
                waiting -> waiting.entry().content().compatible().equals(registration.compatible()))
                .stream()
                .filter(group -> group.stream().map(Waiting::entry).noneMatch(asked::contains))
                .toList();
    }

    synchronized List<RestoreRequest> open(Registration registration) {
        return open.values().stream().filter(request -> request.registration() == registration).toList();
    }

    /// What was saved of an entry's contents, for reading, if anything was.
    ///
    /// @return owned by the caller
    /// @throws HandlerRefusal if it is not what was saved, to the bit
    Optional<OwnedFd> payload(Waiting waiting) throws HandlerRefusal {
        if (!waiting.saved().containsKey(EntryNode.PAYLOAD)) {
            return Optional.empty();
        }
        Map<String, Object> node = Manifest.node(waiting.saved().get(EntryNode.PAYLOAD));
        return Optional.of(new Payload(directory.payloads(), node).verified());
    }

    /// All that are registered now.
    public synchronized List<Reply.HandlerInfo> infos() {
        return byCompatible.values().stream()
                .map(one -> new Reply.HandlerInfo(one.compatible(), "any", "restored", one.origin()))
                .toList();
    }
}
