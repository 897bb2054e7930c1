package org.fdbox.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Sessions in the service manager's store.
@ExtendWith(NothingLeaks.class)
class SessionStoreTest {

    private static final String NAME = "@luo-fdbox-1-0";

    @TempDir
    Path folder;

    private FakeManager manager;

    @BeforeEach
    void start() {
        manager = new FakeManager(folder, 10);
    }

    @AfterEach
    void stop() {
        manager.close();
    }

    private Map<String, String> environment(String room) {
        return Map.of("NOTIFY_SOCKET", manager.address.text(), "FDSTORE", room);
    }

    @Test
    void whatIsHeldComesBackByItsNameAndIsLetGoOf() {
        var before = new SessionStore(environment("10"), Map.of());
        assertThat(before.isThere()).isTrue();
        try (OwnedFd session = Fds.memfd("a session")) {
            before.hold("fdbox-1-0", session);
        }
        assertThat(manager.names()).containsExactly(NAME);
        Map<String, OwnedFd> passed = manager.passed();
        var after = new SessionStore(environment("10"), passed);
        assertThat(passed).isEmpty();
        assertThat(Fds.text(after.sessions().get("fdbox-1-0"))).isEqualTo("a session");
        after.sessions().values().forEach(OwnedFd::close);
        after.clear();
        try (var last = new ServiceManager(manager.address)) {
            last.barrier(10_000);
        }
        assertThat(manager.names()).isEmpty();
    }

    @Test
    void otherThingsInTheStoreAreNotTouched() {
        try (var teller = new ServiceManager(manager.address); OwnedFd entry = Fds.memfd("an entry")) {
            teller.store("@1", entry);
            teller.barrier(10_000);
        }
        Map<String, OwnedFd> passed = manager.passed();
        var store = new SessionStore(environment("10"), passed);
        assertThat(store.sessions()).isEmpty();
        assertThat(passed).containsOnlyKeys("@1");
        store.clear();
        passed.values().forEach(OwnedFd::close);
        assertThat(manager.names()).containsExactly("@1");
    }

    @Test
    void withoutAStoreThereIsNobody() {
        assertThat(new SessionStore(environment("0"), Map.of()).isThere()).isFalse();
        assertThat(new SessionStore(Map.of("FDSTORE", "10"), Map.of()).isThere()).isFalse();
        assertThat(new SessionStore(Map.of("NOTIFY_SOCKET", manager.address.text()), Map.of()).isThere())
                .isFalse();
    }
}
