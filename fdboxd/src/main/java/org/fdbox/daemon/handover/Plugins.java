package org.fdbox.daemon.handover;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.ThisProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Handlers from jars in a folder. Each jar has a class loader of its own below the daemon's, so a jar brings all that it needs,
/// and two versions of one handler are two handlers of one name, not one by chance.
///
/// Whoever can write there is the daemon, so only what root or the daemon's own user alone can write is loaded.
public final class Plugins {

    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;

    private Plugins() {}

    /// The handlers of all jars that can be trusted, by the jars' names; the log says which cannot, and why. None if there is no
    /// such folder.
    ///
    /// @throws IOException if the folder cannot be read
    /// @throws java.util.ServiceConfigurationError or another LinkageError for a jar whose handlers cannot be made
    public static List<FdHandler> in(Path folder) throws IOException {
        var handlers = new ArrayList<FdHandler>();
        if (!Files.isDirectory(folder) || !isTrusted(folder)) {
            return handlers;
        }
        for (Path jar : jars(folder)) {
            if (isTrusted(jar)) {
                handlers.addAll(load(jar));
            }
        }
        return handlers;
    }

    private static Iterable<Path> jars(Path folder) throws IOException {
        var jars = new TreeSet<Path>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
            found.forEach(jars::add);
        }
        return jars;
    }

    private static boolean isTrusted(Path path) throws IOException {
        Optional<String> fault = fault(path.toRealPath());
        fault.ifPresent(reason -> LOG.error("{} is not used: {}", path, reason));
        return fault.isEmpty();
    }

    /// Why somebody else could put something else there; also by way of the folders above.
    private static Optional<String> fault(Path real) throws IOException {
        for (Path path = real; path != null; path = path.getParent()) {
            int owner = (Integer) Files.getAttribute(path, "unix:uid");
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            if (owner != 0 && owner != ThisProcess.uid()) {
                return Optional.of(path + " belongs to uid " + Integer.toUnsignedString(owner)
                        + ", who is neither root nor the daemon");
            }
            // What lies in a sticky folder only its owner can replace.
            boolean guarded = path != real && (mode & STICKY) != 0;
            if ((mode & WRITABLE_BY_OTHERS) != 0 && !guarded) {
                return Optional.of("others can write to %s (mode %04o)".formatted(path, mode & 07777));
            }
        }
        return Optional.empty();
    }

    /// The loader stays open for as long as the daemon runs.
    private static List<FdHandler> load(Path jar) throws IOException {
        var urls = new URL[]{jar.toRealPath().toUri().toURL()};
        var loader =
                new URLClassLoader(String.valueOf(jar.getFileName()), urls, Plugins.class.getClassLoader());
        List<FdHandler> handlers = ServiceLoader.load(FdHandler.class, loader).stream()
                .filter(provider -> provider.type().getClassLoader() == loader)
                .map(ServiceLoader.Provider::get)
                .toList();
        if (handlers.isEmpty()) {
            LOG.warn("{} has no handler", jar);
        }
        handlers.forEach(handler -> LOG.info("handler {} from {}", handler.compatible(), jar));
        return handlers;
    }
}
