package org.fdbox.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.junit.jupiter.api.Test;

class EntryTableTest {

    private static final Accounts ACCOUNTS =
            new Accounts("root:x:0:0::/root:/bin/sh\n", "root:x:0:\nkvm:x:104:alice\n");
    private static final long NOW = 120_000_000;

    private static final EntryInfo RAM = new EntryInfo(
            "ram", "fdbox,memfd-v1", "memfd", EntryInfo.State.HELD, EntryInfo.Survival.CONTENTS,
            Optional.empty(),
            Optional.empty(), 0, 1, 0, Map.of("size", 1024L));
    private static final EntryInfo LINE = new EntryInfo(
            "line\u001b", "fdbox,connected-socket-v1", "connected-socket", EntryInfo.State.LEASED,
            EntryInfo.Survival.LIVE,
            Optional.of("a connection ends\u0007"), Optional.of("other/line"), 1000, 1, 119_000_000,
            Map.of());

    @Test
    void showsEntries() {
        assertThat(EntryTable.of(List.of(RAM, LINE), ACCOUNTS, NOW).text()).isEqualTo("""
                NAME      KIND              STATE   SURVIVES  DETAIL   SAME AS     PUT BY  AGE
                ram       memfd             held    contents  1.0 KiB  -           root     2m
                line\\x1b  connected-socket  leased  live      -        other/line  1000     1s
                """);
    }

    @Test
    void saysBelowWhyOneSurvivesNoBetter() {
        assertThat(EntryTable.notes(List.of(RAM, LINE))).isEqualTo("\nline\\x1b: a connection ends\\x07\n");
        assertThat(EntryTable.notes(List.of(RAM))).isEmpty();
    }

    @Test
    void showsLess() {
        assertThat(EntryTable.brief(List.of(RAM)).text())
                .isEqualTo("NAME  KIND   SURVIVES\nram   memfd  contents\n");
    }

    @Test
    void showsBoxes() {
        var box = new BoxInfo("vm1", true, 0, 104, 0750, 12, 0, 60_000_000);
        assertThat(BoxTable.of(List.of(box), ACCOUNTS, NOW).text()).isEqualTo("""
                NAME  SEALED  ENTRIES  PENDING  OWNER  GROUP  MODE  AGE
                vm1   yes          12        0  root   kvm    0750   1m
                """);
    }
}
