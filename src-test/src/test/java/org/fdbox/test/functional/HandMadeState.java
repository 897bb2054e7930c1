package org.fdbox.test.functional;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.fdbox.protocol.Json;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.DaemonProcess;

/// A state directory as a person would write it: box "b" with entry "e" of a kind that no version knows. Its manifest has no
/// checksum, so it takes --accept-edited.
final class HandMadeState {

    static final String COMPATIBLE = "vendor,tape-v7";
    static final String CONTENTS = "what was on the tape";
    static final String PAYLOAD = "payload/1-1";

    private final Path state;

    private HandMadeState(Path state) {
        this.state = state;
    }

    static HandMadeState write(Path folder) throws Exception {
        Path state = DaemonProcess.state(folder);
        Files.createDirectories(state.resolve("payload"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        byte[] contents = CONTENTS.getBytes(StandardCharsets.UTF_8);
        Files.write(state.resolve(PAYLOAD), contents);
        var crc = new CRC32C();
        crc.update(contents);
        long uid = ThisProcess.uid();
        Map<String, Object> payload = Map.of(
                "file", PAYLOAD,
                "size", (long) contents.length,
                "extents", List.of(List.of(0L, (long) contents.length)),
                "crc32c", HexFormat.of().toHexDigits((int) crc.getValue()));
        Map<String, Object> entry = Map.of(
                "name", "e",
                "compatible", COMPATIBLE,
                "putterUid", uid,
                "putUSec", 1L,
                "properties", Map.of("label", "tape-7", "side", "B"),
                "payload", payload,
                "future", List.of("kept", 7L));
        Map<String, Object> box = Map.of(
                "compatible", "fdbox,box-v1", "name", "b", "owner", uid, "group", 0L, "mode", "0700",
                "createdUSec", 1L, "fds", List.of(entry));
        Map<String, Object> manifest = Map.of(
                "compatible", "fdbox-v1", "generation", 1L, "writtenBy", "a person", "savedUSec", 1L,
                "bootId", "none", "boxes", List.of(box));
        Files.write(state.resolve("handover.json"), Json.write(manifest));
        return new HandMadeState(state);
    }

    /// The node of the entry as the manifest has it now; null if it has none.
    Object node() throws Exception {
        Map<String, Object> manifest = Json.readObject(Files.readAllBytes(state.resolve("handover.json")));
        for (Object box : (List<?>) manifest.get("boxes")) {
            for (Object entry : (List<?>) ((Map<?, ?>) box).get("fds")) {
                return entry;
            }
        }
        return null;
    }

    byte[] payload() throws Exception {
        return Files.readAllBytes(state.resolve(PAYLOAD));
    }

    boolean hasPayload() {
        return Files.exists(state.resolve(PAYLOAD));
    }
}
