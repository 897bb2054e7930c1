package org.fdbox.daemon.handover;

import java.net.URLClassLoader;
import java.util.ArrayList;
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

    private static final String BUILT_IN = "org.fdbox.daemon.handlers.";

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
                        + origin(other) + " and " + origin(handler));
            }
        }
    }

    /// All on the class path, but for the disabled ones.
    public static HandlerRegistry load(Set<String> disabled) {
        return load(disabled, List.of());
    }

    /// All on the class path, and behind them some others, but for the disabled ones.
    ///
    /// @throws IllegalArgumentException if two handlers have the same name; says where they come from
    public static HandlerRegistry load(Set<String> disabled, List<FdHandler> others) {
        var handlers = new ArrayList<FdHandler>();
        ServiceLoader.load(FdHandler.class).forEach(handlers::add);
        handlers.addAll(others);
        return new HandlerRegistry(handlers, disabled);
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
        if (type.getName().startsWith(BUILT_IN)) {
            return "built in";
        }
        return type.getClassLoader() instanceof URLClassLoader jar
                ? type.getName() + " in " + jar.getName()
                : type.getName();
    }
}
