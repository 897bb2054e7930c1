package org.fdbox.test.handover;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.protocol.Json;
import org.fdbox.sys.FileSystem;
import org.fdbox.sys.IpAddress;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;

/// A state directory that some released version wrote. src/test/resources/golden/README.md describes them.
final class GoldenSample {

    static final String FOLDER = "@FOLDER@";

    private GoldenSample() {}

    static Path of(String name) throws Exception {
        return Path.of(GoldenSample.class.getResource("/golden/v1/" + name + "/handover.json").toURI())
                .getParent();
    }

    static void copy(Path from, Path to) throws Exception {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else if (!file.endsWith("lock")) {
                    Files.copy(file, copy);
                }
            }
        }
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
    }

    /// Makes a copy with the names of this machine: a folder, what is in it, ports, namespaces, and this user for root. Such a
    /// copy takes --accept-edited.
    static void fillIn(Path state, Path folder) throws Exception {
        Path manifest = state.resolve("handover.json");
        String text = Files.readString(manifest).replace(FOLDER, folder.toString());
        Map<String, Object> root = Json.readObject(text.getBytes(StandardCharsets.UTF_8));
        Files.write(manifest, Json.write(filled(root)));
    }

    private static Map<String, Object> filled(Map<?, ?> node) {
        var here = new LinkedHashMap<String, Object>();
        node.forEach((field, value) -> here.put((String) field, filled((String) field, value)));
        if (here.get("path") instanceof String path && here.containsKey("inode")) {
            identify(Path.of(path)).ifPresent(here::putAll);
        }
        return here;
    }

    private static Object filled(String field, Object value) {
        return switch (value) {
            case Map<?, ?> node -> filled(node);
            case List<?> list -> {
                var here = new ArrayList<>();
                list.forEach(element -> here.add(element instanceof Map<?, ?> node ? filled(node) : element));
                yield here;
            }
            case String _ when field.equals("network") -> Namespace.network();
            case String _ when field.equals("bootId") -> Namespace.bootId();
            case Long _ when field.equals("port") -> (long) freePort();
            case Long uid when uid == 0 && List.of("owner", "putterUid").contains(field) ->
                Integer.toUnsignedLong(ThisProcess.uid());
            case null, default -> value;
        };
    }

    private static Optional<Map<String, Object>> identify(Path path) {
        try (OwnedFd found = OpenFile.open(path.toString(), OpenFlags.PATH | OpenFlags.NOFOLLOW)) {
            Stat stat = Stat.of(found);
            var identity = new LinkedHashMap<String, Object>();
            identity.put("device", stat.device().toString());
            identity.put("inode", Long.toUnsignedString(stat.inode()));
            identity.put("fileSystem", FileSystem.of(found).id());
            FileSystem.handle(found).ifPresent(handle -> identity.put("handle", handle));
            return Optional.of(identity);
        } catch (SystemCallException absent) {
            return Optional.empty();
        }
    }

    private static int freePort() {
        try (OwnedFd socket = IpSocket.create(false, SocketFacts.STREAM)) {
            IpSocket.bind(socket, new IpAddress("127.0.0.1", 0, 0));
            return SocketFacts.of(socket).ipAddress().orElseThrow().port();
        }
    }
}
