package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Errno;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Pidfd;
import org.fdbox.sys.SystemCallException;

/// Descriptors of processes (pidfd_open(2)).
///
/// Preserved until the next boot, while the process lives: which process or thread it is (pid and start time, in the same pid
/// namespace), the status flags.
///
/// Not preserved: the exit status, which the kernel keeps for those who hold one; a process that ended, or that the daemon does
/// not see. An entry whose process ended is saved all the same, so that its box is, and stays pending.
public final class PidfdHandler implements PreservingHandler {

    private static final String ENDED = "its process has ended";

    @Override
    public String compatible() {
        return "fdbox,pidfd-v1";
    }

    @Override
    public String kind() {
        return "pidfd";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return Pidfd.isOne(facts);
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        if (Pidfd.startTime(fd).isPresent()) {
            return new Prospect(Survival.REOPEN,
                    Optional.of("only while its process lives, and until the next boot"));
        }
        return Prospect.live(Pidfd.pid(fd) < 0 ? ENDED : "the daemon does not see its process");
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("pid", (long) Pidfd.pid(fd));
        properties.put("thread", Pidfd.isThread(facts));
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        try {
            Map<String, Object> properties = describe(fd);
            Pidfd.startTime(fd).ifPresent(time -> properties.put("startTime", time));
            properties.put("bootId", Namespace.bootId());
            properties.put("pidNamespace", Namespace.pid());
            return properties;
        } catch (NoSuchElementException | NumberFormatException oldKernel) {
            throw new HandlerRefusal("its process is not told: " + oldKernel.getMessage(), oldKernel);
        }
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        if (!properties.values().containsKey("startTime")) {
            throw new HandlerRefusal("its process had ended, or could not be seen, when it was saved");
        }
        if (!properties.string("bootId").equals(Namespace.bootId())) {
            throw new HandlerRefusal(ENDED + ": the machine was booted since");
        }
        if (!properties.string("pidNamespace").equals(Namespace.pid())) {
            throw new HandlerRefusal("it belongs to another pid namespace than the daemon's");
        }
        try (OwnedFd found = Pidfd.open(properties.integer("pid"), properties.flag("thread"))) {
            // Asked of what was opened, so that no later process with this number can be meant.
            if (!Pidfd.startTime(found).equals(Optional.of(properties.count("startTime")))) {
                throw new HandlerRefusal(ENDED + ", and another one has its number");
            }
            OpenFile.setStatusFlags(found, OpenFlags.bits(properties.strings("flags")));
            return found.take();
        } catch (IllegalArgumentException | SystemCallException failed) {
            if (failed instanceof SystemCallException call && call.errno() == Errno.ESRCH) {
                throw new HandlerRefusal(ENDED, failed);
            }
            throw new HandlerRefusal("it cannot be opened again: " + failed.getMessage(), failed);
        }
    }
}
