package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SignalFd;
import org.fdbox.sys.SystemCallException;

/// Descriptors that signals are read from (signalfd(2)).
///
/// Preserved: which signals, the status flags.
///
/// Not preserved: signals. Whoever reads it gets the signals that wait for the reader, never those of the program that made
/// it; its membership in an epoll goes on asking for the signals of the program that added it.
public final class SignalFdHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "fdbox,signalfd-v1";
    }

    @Override
    public String kind() {
        return "signalfd";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return KernelObject.name(facts).equals("signalfd");
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("mask", "%016x".formatted(SignalFd.mask(fd)));
        properties.put("flags", OpenFlags.names(new FdFacts(fd).flags()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        return KernelObject.described(this, fd);
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        try {
            int flags = OpenFlags.bits(properties.strings("flags"));
            try (OwnedFd made = SignalFd.create(Long.parseUnsignedLong(properties.string("mask"), 16))) {
                OpenFile.setStatusFlags(made, flags);
                return made.take();
            }
        } catch (IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("it cannot be made again: " + failed.getMessage(), failed);
        }
    }
}
