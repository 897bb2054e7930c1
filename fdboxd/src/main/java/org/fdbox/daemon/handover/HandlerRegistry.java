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
import java.util.stream.Stream;
import org.fdbox.protocol.Reply;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.KindTable;
import org.fdbox.spi.UnholdableKind;
import org.fdbox.sys.FdFacts;

/// The handlers that are enabled, each the only one for its `compatible`.
public final class HandlerRegistry {

    private static final String BUILT_IN = "org.fdbox.daemon.handlers.";

    private final Map<String, FdHandler> byCompatible = new LinkedHashMap<>();

    private final List<UnholdableKind> unholdable;
    private final Set<String> disabled;

    /// Handlers alone, without kinds that must not be held.
    ///
    /// @throws IllegalArgumentException if two handlers have the same name
    public HandlerRegistry(Iterable<FdHandler> handlers, Set<String> disabled) {
        this(handlers, List.of(), disabled);
    }

    /// @throws IllegalArgumentException if two handlers have the same name
    public HandlerRegistry(
            Iterable<FdHandler> handlers, List<UnholdableKind> unholdable, Set<String> disabled) {
        this.unholdable = unholdable;
        this.disabled = Set.copyOf(disabled);
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
        var handlers = new ArrayList<FdHandler>(handlersOnClassPath());
        handlers.addAll(others);
        return new HandlerRegistry(handlers, unholdableOnClassPath(), disabled);
    }

    /// The handlers that were found by themselves, then those of tables.
    public static List<FdHandler> handlersOnClassPath() {
        Stream<FdHandler> single =
                ServiceLoader.load(FdHandler.class).stream().map(ServiceLoader.Provider::get);
        return Stream.concat(single, tables().flatMap(table -> table.handlers().stream())).toList();
    }

    /// The kinds that must not be held.
    public static List<UnholdableKind> unholdableOnClassPath() {
        return tables().flatMap(table -> table.unholdable().stream()).toList();
    }

    private static Stream<KindTable> tables() {
        return ServiceLoader.load(KindTable.class).stream().map(ServiceLoader.Provider::get);
    }

    /// The names of all on the class path, disabled or not.
    public static Set<String> installed() {
        var names = new TreeSet<String>();
        handlersOnClassPath().forEach(handler -> names.add(handler.compatible()));
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

    /// Why nobody can hold a descriptor that no handler recognises, where its kind is known for that.
    public Optional<UnholdableKind> unholdable(FdFacts facts) {
        return unholdable.stream().filter(kind -> kind.recognises().test(facts)).findFirst();
    }

    /// Why there is no handler of this name.
    String absence(String compatible) {
        return disabled.contains(compatible)
                ? "the kind " + compatible + " is switched off (disabledHandlers)"
                : "no handler for " + compatible + " is registered";
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
