package org.fdbox.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdbox.daemon.box.Stock;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kept;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.succession.Item;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.FakeLiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What one daemon had the kernel preserve, its successor does.
@ExtendWith(NothingLeaks.class)
class KexecItemTest {

    @TempDir
    Path folder;

    private final FakeLiveUpdate kernel = new FakeLiveUpdate();

    @AfterEach
    void close() {
        kernel.close();
    }

    private Desk desk(Kexec kexec) throws Exception {
        Desk desk = new Desk(folder, kexec, Step.Watcher.NONE, new MemfdHandler());
        if (desk.status().generation() == 0) {
            try (OwnedFd memfd = Fds.memfd("text")) {
                desk.box("b", memfd);
            }
            desk.seal("b");
            desk.save();
        }
        return desk;
    }

    private Kexec kexec(Use use) {
        return new Kexec(use, kernel.liveUpdate(), Holder.NOBODY);
    }

    /// As another process gets it.
    private static Item sent(Item item) throws Malformed {
        return new Item(item.is(), Json.readObject(Json.write(item.values())),
                item.descriptors().stream().map(OwnedFd::dup).toList());
    }

    private static void succeed(Kexec first, Kexec second, Desk desk) throws Malformed {
        try (Stock stock = desk.boxes.inventory().look(() -> {})) {
            OwnedFd only = stock.boxes().getFirst().entries().getFirst().content().descriptor().orElseThrow();
            second.succeed(KexecItem.kept(sent(KexecItem.of(first.kept()))), (_, _) -> only);
        }
    }

    @Test
    void whatOnlyTheKernelHasOutlivesTheFirstOne() throws Exception {
        Kexec first = kexec(Use.ONLY);
        try (Desk desk = desk(first); Kexec second = kexec(Use.ONLY)) {
            succeed(first, second, desk);
            assertThat(second.kept().files()).isEqualTo(first.kept().files()).hasSize(1);
            first.close();
            assertThat(second.owesFiles()).isFalse();
            kernel.kexec();
        }
        try (Desk desk = desk(kexec(Use.ONLY))) {
            assertThat(desk.text("b", "a")).isEqualTo("text");
        }
    }

    @Test
    void itIsLetGoOfWithItsBox() throws Exception {
        Kexec first = kexec(Use.AUTO);
        try (Desk desk = desk(first); Kexec second = kexec(Use.AUTO)) {
            succeed(first, second, desk);
            first.close();
            second.letGo("other");
            assertThat(second.kept().isNothing()).isFalse();
            second.letGo("b");
            assertThat(second.kept().isNothing()).isTrue();
        }
    }

    @Test
    void whoDoesNotUseTheKernelOwesFiles() throws Exception {
        Kexec first = kexec(Use.ONLY);
        try (Desk desk = desk(first); Kexec second = kexec(Use.OFF)) {
            succeed(first, second, desk);
            assertThat(second.owesFiles()).isTrue();
        }
    }

    /// A spare has no sessions.
    @Test
    void whoServesAfterADeathOwesFilesWhereThereAreNone() {
        for (Use use : Use.values()) {
            try (Kexec spare = kexec(use)) {
                spare.bereave();
                assertThat(spare.owesFiles()).isEqualTo(use == Use.ONLY);
            }
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        var item = KexecItem.of(new Kept(List.of("one"), List.of(), List.of(), Set.of(), false));
        assertThatThrownBy(() -> KexecItem.kept(item)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> KexecItem.kept(new Item(Item.KEXEC, Map.of())))
                .isInstanceOf(Malformed.class);
    }
}
