package org.fdbox.daemon.handover;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.fdbox.protocol.Reply;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.FdFacts;

/// The handlers that are enabled, each the only one for its `compatible`.
public final class HandlerRegistry {

    private final Map<String, FdHandler> byCompatible = new LinkedHashMap<>();

    /// @throws IllegalArgumentException if two handlers have the same name
    public HandlerRegistry(Iterable<FdHandler> handlers, Set<String> disabled) {
        for (FdHandler handler : handlers) {
            if (disabled.contains(handler.compatible())) {
                continue;
            }
            FdHandler other = byCompatible.putIfAbsent(handler.compatible(), handler);
            if (other != null) {
                throw new IllegalArgumentException("two handlers for " + handler.compatible() + ": "
                        + other.getClass().getName() + " and " + handler.getClass().getName());
            }
        }
    }

    /// All on the class path, but for the disabled ones.
    public static HandlerRegistry load(Set<String> disabled) {
        return new HandlerRegistry(ServiceLoader.load(FdHandler.class), disabled);
    }

    /// The names of all on the class path, disabled or not.
    public static Set<String> installed() {
        var names = new TreeSet<String>();
        ServiceLoader.load(FdHandler.class).forEach(handler -> names.add(handler.compatible()));
        return names;
    }

    /// The handler of a descriptor's kind.
    public Optional<FdHandler> recognise(FdFacts facts) {
        for (FdHandler handler : byCompatible.values()) {
            if (handler.recognises(facts)) {
                return Optional.of(handler);
            }
        }
        return Optional.empty();
    }

    public Optional<FdHandler> named(String compatible) {
        return Optional.ofNullable(byCompatible.get(compatible));
    }

    public List<Reply.HandlerInfo> infos() {
        return byCompatible.values().stream()
                .map(handler -> new Reply.HandlerInfo(
                        handler.compatible(),
                        handler.kind(),
                        handler.survival().name().toLowerCase(Locale.ROOT),
                        origin(handler)))
                .toList();
    }

    private static String origin(FdHandler handler) {
        Class<?> type = handler.getClass();
        return type.getName().startsWith("org.fdbox.daemon.handlers.") ? "built in" : type.getName();
    }
}
