package org.fdbox.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fdbox.sys.Contents;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demonstration sees differences, and sees none where there is none.
class ExhibitsTest {

    @TempDir
    private Path folder;

    private Exhibits exhibits;
    private Map<String, OwnedFd> opened;

    @BeforeEach
    void open() {
        exhibits = new Exhibits(folder);
        opened = exhibits.open();
    }

    @AfterEach
    void close() {
        opened.values().forEach(OwnedFd::close);
    }

    private List<String> changed() {
        return exhibits.compare(opened).stream()
                .filter(result -> result.difference().isPresent())
                .map(Exhibits.Result::name)
                .toList();
    }

    @Test
    void whatStayedTheSameSurvived() {
        assertThat(opened).containsOnlyKeys(exhibits.names());
        assertThat(changed()).isEmpty();
    }

    @Test
    void oneByteIsSeen() {
        Contents.write(opened.get("ram"), new byte[]{1}, 4 << 20);
        assertThat(changed()).containsExactly("ram");
    }

    @Test
    void aPositionIsSeen() {
        OpenFile.seek(opened.get("log"), 1);
        assertThat(changed()).containsExactly("log");
    }

    @Test
    void aCounterIsSeen() {
        EventFd.add(opened.get("irq"), 1);
        assertThat(changed()).containsExactly("irq");
    }

    @Test
    void aDeadSocketIsSeen() throws Exception {
        Files.delete(folder.resolve("console.socket"));
        assertThat(changed()).containsExactly("console");
    }

    @Test
    void twoOpenFilesInPlaceOfOneAreSeen() {
        OwnedFd other = OpenFile.open(folder.resolve("vm1.log").toString(), 0);
        opened.put("log-again", other);
        assertThat(changed()).containsExactly("log-again");
    }
}
