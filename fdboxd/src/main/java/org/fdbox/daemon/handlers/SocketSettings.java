package org.fdbox.daemon.handlers;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Properties;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketBuffers;
import org.fdbox.sys.SocketOption;
import org.fdbox.sys.ThisProcess;

/// What programs set on a socket and a new one does not have.
///
/// @param options those that differ from a new socket's
/// @param device of SO_BINDTODEVICE
record SocketSettings(
        Map<SocketOption, Integer> options, Optional<String> device, SocketBuffers buffers) {

    /// @param fd stays the caller's
    /// @param fresh a new socket of the same kind; stays the caller's
    static SocketSettings of(OwnedFd fd, OwnedFd fresh) {
        var options = new EnumMap<SocketOption, Integer>(SocketOption.class);
        for (SocketOption option : SocketOption.values()) {
            OptionalInt value = option.get(fd);
            if (value.isPresent() && !value.equals(option.get(fresh))) {
                options.put(option, value.getAsInt());
            }
        }
        return new SocketSettings(options, IpSocket.device(fd), SocketBuffers.of(fd));
    }

    /// Why this putter's socket could not be given these settings; empty if it could.
    Optional<String> wantOfRights(PeerCredentials putter) {
        return privileged().flatMap(option -> wantOfRoot(option, putter));
    }

    /// Why something that needs root cannot be done for a putter: both must be root, since the daemon acts for the putter.
    static Optional<String> wantOfRoot(String what, PeerCredentials putter) {
        if (putter.uid() == 0 && ThisProcess.uid() == 0) {
            return Optional.empty();
        }
        String who = putter.uid() == 0 ? "the daemon" : "uid " + putter.uid();
        return Optional.of(what + " needs root, which " + who + " is not");
    }

    private Optional<String> privileged() {
        return options.entrySet()
                .stream()
                .filter(option -> option.getKey().isPrivileged(option.getValue()))
                .map(option -> option.getKey().name())
                .findFirst();
    }

    void apply(OwnedFd socket) {
        options.forEach((option, value) -> option.set(socket, value));
        device.ifPresent(name -> IpSocket.setDevice(socket, name));
        buffers.apply(socket);
    }

    Map<String, Object> preserve() {
        var values = new LinkedHashMap<String, Object>();
        options.forEach((option, value) -> values.put(option.name(), (long) value));
        var properties = new LinkedHashMap<String, Object>();
        properties.put("options", values);
        device.ifPresent(name -> properties.put("device", name));
        buffers.send().ifPresent(bytes -> properties.put("sendBuffer", (long) bytes));
        buffers.receive().ifPresent(bytes -> properties.put("receiveBuffer", (long) bytes));
        return properties;
    }

    static SocketSettings read(Properties properties) throws HandlerRefusal {
        if (!(properties.values().get("options") instanceof Map<?, ?> values)) {
            throw new HandlerRefusal("the saved property \"options\" is missing or malformed");
        }
        var options = new EnumMap<SocketOption, Integer>(SocketOption.class);
        for (Object name : values.keySet()) {
            int value = new Properties(Map.of("option", values.get(name))).integer("option");
            options.put(option((String) name), value);
        }
        return new SocketSettings(
                options,
                properties.optionalString("device"),
                new SocketBuffers(size(properties, "sendBuffer"), size(properties, "receiveBuffer")));
    }

    private static SocketOption option(String name) throws HandlerRefusal {
        try {
            return SocketOption.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            throw new HandlerRefusal("the saved option " + name + " is unknown to this version", unknown);
        }
    }

    private static OptionalInt size(Properties properties, String name) throws HandlerRefusal {
        return properties.values().containsKey(name)
                ? OptionalInt.of(properties.integer(name))
                : OptionalInt.empty();
    }
}
