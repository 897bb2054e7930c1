package org.fdbox.daemon;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What a daemon is started with.
///
/// @param arguments as they were given
/// @param version of this program
/// @param watcher told of each step at which it may die without anything getting lost
record Setting(Options options, Config config, Map<String, String> environment, List<String> arguments,
        String version, Consumer<Enum<?>> watcher) {}
