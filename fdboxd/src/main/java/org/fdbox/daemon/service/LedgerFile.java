package org.fdbox.daemon.service;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;

/// One of the two memfds of a [Ledger]. Each line is a checksum, a space, and a JSON object: the first has the format, a generation
/// and everything that there was; each other one is what changed at once. A line without its checksum is where a death
/// came in between: it and all that might follow have not been.
final class LedgerFile implements AutoCloseable {

    static final String COMPATIBLE = "fdbox,ledger-v1";
    private static final String CHANGES = "changes";
    private static final int CHECKSUM = 8;

    private final OwnedFd memfd;
    private long end;

    /// What could be read of one.
    record Read(long generation, Registry registry) {}

    /// @param memfd belongs to this
    LedgerFile(OwnedFd memfd) {
        this.memfd = memfd;
    }

    static LedgerFile create() {
        return new LedgerFile(Memfd.create("fdbox-ledger"));
    }

    OwnedFd memfd() {
        return memfd;
    }

    long size() {
        return end;
    }

    void empty() {
        OpenFile.truncate(memfd, 0);
        end = 0;
    }

    /// Begins it with all there is.
    void begin(long generation, List<Map<String, Object>> all) {
        var head = new LinkedHashMap<String, Object>();
        head.put("compatible", COMPATIBLE);
        head.put("generation", generation);
        head.put(CHANGES, all);
        append(line(head));
    }

    /// @param lines what [#line] made of changes; if this throws, nothing was appended
    void append(byte[] lines) {
        Contents.write(memfd, lines, end);
        end += lines.length;
    }

    static byte[] line(List<Map<String, Object>> changes) {
        return line(Map.of(CHANGES, changes));
    }

    private static byte[] line(Map<String, Object> object) {
        byte[] json = Json.write(object);
        var line = new byte[CHECKSUM + 1 + json.length + 1];
        byte[] checksum = checksum(json, 0, json.length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, line, 0, CHECKSUM);
        line[CHECKSUM] = ' ';
        System.arraycopy(json, 0, line, CHECKSUM + 1, json.length);
        line[line.length - 1] = '\n';
        return line;
    }

    private static String checksum(byte[] bytes, int from, int count) {
        var crc = new CRC32C();
        crc.update(bytes, from, count);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /// Reads it as far as it is whole; empty if not even its first line is.
    ///
    /// @throws Malformed if it is whole, and of another format than this version's
    Optional<Read> read() throws Malformed {
        byte[] bytes = Contents.read(memfd, 0, (int) Stat.of(memfd).size());
        Map<String, Object> head = object(bytes, 0);
        if (head == null) {
            return Optional.empty();
        }
        if (!COMPATIBLE.equals(head.get("compatible"))
                || !(head.get("generation") instanceof Long generation)) {
            throw new Malformed(
                    "it is \"" + head.get("compatible") + "\", and this version reads " + COMPATIBLE);
        }
        var registry = new Registry();
        int at = 0;
        for (Map<String, Object> line = head; line != null; line = object(bytes, at)) {
            if (line.get(CHANGES) instanceof List<?> changes) {
                changes.forEach(change -> registry.apply(node(change)));
            }
            at = lineEnd(bytes, at) + 1;
        }
        return Optional.of(new Read(generation, registry));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> node(Object change) {
        return change instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /// The line that begins there; null if it is not whole.
    private static Map<String, Object> object(byte[] bytes, int from) throws Malformed {
        int to = lineEnd(bytes, from);
        int json = from + CHECKSUM + 1;
        if (to <= json) {
            return null;
        }
        String stated = new String(bytes, from, CHECKSUM, StandardCharsets.ISO_8859_1);
        if (!stated.equals(checksum(bytes, json, to - json))) {
            return null;
        }
        return Json.readObject(Arrays.copyOfRange(bytes, json, to));
    }

    /// Where the line feed is; -1 if there is none.
    private static int lineEnd(byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        memfd.close();
    }
}
