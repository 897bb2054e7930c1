package org.fdbox.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.support.FuzzFolder;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Name;
import org.fdbox.sys.Contents;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/// Any text as what the service manager gives back. Each line of an input that begins with a brace gets the checksum of a
/// ledger's line; others stay as they are. Besides the ledger there are three descriptors: "@0", "@1" and one of another name.
class LedgerFuzzTest {

    private static FuzzFolder folder;

    @BeforeAll
    static void open() throws Exception {
        folder = new FuzzFolder();
    }

    @AfterAll
    static void close() throws Exception {
        folder.close();
    }

    static Stream<byte[]> seeds() {
        String head = "{\"compatible\":\"fdbox,ledger-v1\",\"generation\":7,\"changes\":[]}\n";
        String box =
                "{\"box\":\"b\",\"owner\":1000,\"group\":0,\"mode\":\"0750\",\"createdUSec\":5,\"sealed\":true}";
        String entry =
                "{\"box\":\"b\",\"entry\":\"e\",\"fd\":\"@0\",\"compatible\":\"fdbox,eventfd-v1\",\"kind\":\"eventfd\","
                        + "\"survival\":\"REOPEN\",\"mayBlock\":false,\"putterUid\":1000,\"putterGid\":1,\"putterGroups\":[1,2],"
                        + "\"putterPid\":3,\"putUSec\":4}";
        return Stream.of(
                head,
                head + changes(box) + changes(entry),
                head + changes(box, entry, entry.replace("\"e\"", "\"f\"")),
                head + changes(box, entry.replace("@0", "other")),
                head + changes(box, entry) + changes("{\"box\":\"b\",\"entry\":\"e\",\"gone\":true}")
                        + "00000000 {}\n" + changes(box),
                head + changes(box, entry) + changes("{\"box\":\"b\",\"gone\":true}") + changes(box)
                        + "{\"changes\"")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static String changes(String... nodes) {
        return "{\"changes\":[" + String.join(",", nodes) + "]}\n";
    }

    /// What makes no sense is refused whole; what comes back has proper names, an owner who is somebody's number, and descriptors
    /// of its own.
    @MethodSource("seeds")
    @FuzzTest(maxExecutions = 50_000)
    void isRefusedOrComesBack(byte[] text) throws Exception {
        int free = FuzzFolder.freeNumber();
        var passed = new LinkedHashMap<String, OwnedFd>();
        OwnedFd memfd = Memfd.create("ledger");
        Contents.write(memfd, checked(text), 0);
        passed.put(Ids.LEDGERS.getFirst(), memfd);
        for (String name : List.of("@0", "@1", "other")) {
            passed.put(name, EventFd.create(0, false, false));
        }
        try (Survival survival = Survival.open(Optional.of(Mode.OFF), Map.of(), passed, Moment.UNWATCHED)) {
            var descriptors = new ArrayList<Integer>();
            for (LiveBox box : survival.boxes()) {
                Name.check(box.name());
                assertThat(box.state().access().mode()).isBetween(0, 0777);
                for (Entry entry : box.entries()) {
                    Name.check(entry.name());
                    descriptors.add(entry.content().descriptor().orElseThrow().number());
                    entry.content().descriptor().orElseThrow().close();
                }
            }
            assertThat(descriptors).doesNotHaveDuplicates().hasSize(survival.count());
        } catch (Malformed refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
        assertThat(FuzzFolder.freeNumber()).isEqualTo(free);
    }

    private static byte[] checked(byte[] text) {
        var lines = new ByteArrayOutputStream();
        for (int from = 0; from < text.length;) {
            int to = from;
            while (to < text.length && text[to] != '\n') {
                to++;
            }
            if (text[from] == '{' && to < text.length) {
                var crc = new CRC32C();
                crc.update(text, from, to - from);
                lines.writeBytes((HexFormat.of().toHexDigits((int) crc.getValue()) + " ")
                        .getBytes(StandardCharsets.US_ASCII));
            }
            lines.write(text, from, Math.min(to + 1, text.length) - from);
            from = to + 1;
        }
        return lines.toByteArray();
    }
}
