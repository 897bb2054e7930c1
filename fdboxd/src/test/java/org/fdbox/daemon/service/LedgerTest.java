package org.fdbox.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32C;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a ledger says after a death at any byte.
@ExtendWith(NothingLeaks.class)
class LedgerTest {

    private final List<Moment> moments = new ArrayList<>();
    private List<LedgerFile> files;
    private Ledger ledger;

    @BeforeEach
    void create() {
        files = List.of(LedgerFile.create(), LedgerFile.create());
        ledger = new Ledger(files, moments::add);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private static Map<String, Object> box(String name) {
        return Map.of(Node.BOX, name);
    }

    private static Map<String, Object> entry(String box, String name, String id) {
        return Map.of(Node.BOX, box, Node.ENTRY, name, Node.FD, id);
    }

    private static Map<String, Object> gone(String box, String name) {
        return Map.of(Node.BOX, box, Node.ENTRY, name, Node.GONE, true);
    }

    private void change(List<Map<String, Object>> nodes) {
        ledger.note(nodes);
        ledger.settle();
    }

    /// What the next daemon reads, as BOX/ENTRY=ID.
    private List<String> inherited() throws Malformed {
        return inherited(files.stream().map(file -> new LedgerFile(file.memfd().dup())).toList());
    }

    private static List<String> inherited(List<LedgerFile> found) throws Malformed {
        var next = new Ledger(found, Moment.UNWATCHED);
        try {
            Registry registry = next.read();
            var said = new ArrayList<String>();
            registry.boxes().forEach(box -> StreamSupport
                    .stream(registry.entries(box).spliterator(), false)
                    .forEach(node -> said.add(node.get(Node.BOX) + "/" + node.get(Node.ENTRY) + "="
                            + node.get(Node.FD))));
            return said;
        } finally {
            next.close();
        }
    }

    @Test
    void theNextDaemonReadsWhatWasSettled() throws Exception {
        ledger.note(List.of(box("b"), entry("b", "x", "@0")));
        ledger.begin();
        assertThat(inherited()).containsExactly("b/x=@0");
        change(List.of(entry("b", "y", "@1"), entry("b", "z", "@2")));
        change(List.of(gone("b", "x"), entry("b", "y", "@3")));
        ledger.note(List.of(entry("b", "unsettled", "@4")));
        assertThat(inherited()).containsExactly("b/y=@3", "b/z=@2");
        change(List.of(Map.of(Node.BOX, "b", Node.GONE, true)));
        assertThat(inherited()).isEmpty();
    }

    @Test
    void beforeItBeginsTheOldOneStays() throws Exception {
        ledger.note(List.of(box("old"), entry("old", "x", "@0")));
        ledger.begin();
        var next = new Ledger(files.stream().map(file -> new LedgerFile(file.memfd().dup())).toList(),
                Moment.UNWATCHED);
        next.read();
        next.note(List.of(box("new")));
        next.settle();
        assertThat(inherited()).containsExactly("old/x=@0");
        next.begin();
        assertThat(inherited()).isEmpty();
        next.close();
    }

    /// Each cut is a kill in the middle of a write.
    @Test
    void aChangeThatWasCutHasNotBeen() throws Exception {
        ledger.note(List.of(box("b"), entry("b", "x", "@0")));
        ledger.begin();
        OwnedFd written = files.stream().filter(file -> file.size() > 0).findFirst().orElseThrow().memfd();
        long before = Stat.of(written).size();
        change(List.of(gone("b", "x"), entry("b", "y", "@1")));
        long after = Stat.of(written).size();
        for (long cut = before; cut < after; cut++) {
            try (LedgerFile shorter = LedgerFile.create()) {
                Contents.write(shorter.memfd(), Contents.read(written, 0, (int) cut), 0);
                assertThat(inherited(List.of(new LedgerFile(shorter.memfd().dup()), LedgerFile.create())))
                        .as("cut at " + cut).containsExactly("b/x=@0");
            }
        }
        assertThat(inherited()).containsExactly("b/y=@1");
    }

    @Test
    void aByteThatChangedIsNoticed() throws Exception {
        ledger.note(List.of(box("b"), entry("b", "x", "@0")));
        ledger.begin();
        LedgerFile file = files.stream().filter(one -> one.size() > 0).findFirst().orElseThrow();
        long at = file.size();
        change(List.of(entry("b", "y", "@1")));
        Contents.write(file.memfd(), new byte[]{'?'}, at + 20);
        assertThat(inherited()).containsExactly("b/x=@0");
    }

    @Test
    void itIsWrittenAnewNowHereNowThere() throws Exception {
        ledger.note(List.of(box("b")));
        ledger.begin();
        var sizes = new ArrayList<Long>();
        for (int i = 0; i < 20_000; i++) {
            change(List.of(entry("b", "x" + i % 5, "@" + i)));
            sizes.add(Stat.of(files.get(0).memfd()).size() + Stat.of(files.get(1).memfd()).size());
        }
        assertThat(moments).filteredOn(Moment.LEDGER_RENEWED::equals).hasSizeGreaterThan(4);
        assertThat(sizes).allSatisfy(size -> assertThat(size).isLessThan(2 << 20));
        assertThat(inherited()).containsExactly("b/x0=@19995", "b/x1=@19996", "b/x2=@19997", "b/x3=@19998",
                "b/x4=@19999");
    }

    /// While one is written, the other counts.
    @Test
    void theOneBeingWrittenCountsOnceItsFirstLineIsWhole() throws Exception {
        ledger.note(List.of(box("b"), entry("b", "x", "@0")));
        ledger.begin();
        LedgerFile other = files.stream().filter(one -> one.size() == 0).findFirst().orElseThrow();
        byte[] half = "0badc0de {\"compatible\":\"fdbox,ledger-v1\",\"generation\":9"
                .getBytes(StandardCharsets.US_ASCII);
        Contents.write(other.memfd(), half, 0);
        assertThat(inherited()).containsExactly("b/x=@0");
        OpenFile.truncate(other.memfd(), 0);
        other.begin(9, List.of(box("b"), entry("b", "x", "@9")));
        assertThat(inherited()).containsExactly("b/x=@9");
    }

    @Test
    void anotherVersionsIsLeftAlone() {
        String json = "{\"compatible\":\"fdbox,ledger-v2\",\"generation\":1}";
        var crc = new CRC32C();
        crc.update(json.getBytes(StandardCharsets.US_ASCII));
        String line = "%08x %s\n".formatted(crc.getValue(), json);
        Contents.write(files.getFirst().memfd(), line.getBytes(StandardCharsets.US_ASCII), 0);
        assertThatThrownBy(ledger::read).isInstanceOf(Malformed.class)
                .hasMessageContaining("fdbox,ledger-v2");
    }
}
