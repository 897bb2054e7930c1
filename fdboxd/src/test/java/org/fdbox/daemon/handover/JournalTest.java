package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is finished with stays so over a crash, under any name that a box or an entry can have.
@ExtendWith(NothingLeaks.class)
class JournalTest {

    private StateDirectory directory;
    private Path finished;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        directory = StateDirectory.open(folder.resolve("state"), Step.Watcher.NONE);
        finished = directory.root().resolve("finished");
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private Journal following(long generation, String... boxes) throws IOException {
        var journal = new Journal(directory, _ -> {});
        journal.follow(generation, Set.of(boxes));
        return journal;
    }

    static Stream<String> names() {
        return Stream.of(
                "box", "-", "+", "1-box", "a+b", "name with spaces", "ü", "名前", "\ud83d\ude00",
                "x".repeat(255),
                "ü".repeat(127), "x".repeat(253), "x".repeat(254), "*?[a]", "..x", "~", "\\");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFinishedBoxIsFinishedAfterTheNextStartToo(String name) throws Exception {
        following(1, name, "other").finish(name);
        Journal next = following(1, name, "other");
        assertThat(next.isFinished(name)).isTrue();
        assertThat(next.isFinished(name, "entry")).isTrue();
        assertThat(next.isFinished("other")).isFalse();
        assertThat(next.isFinished("other", name)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFinishedEntryIsFinishedAloneAndAfterTheNextStartToo(String name) throws Exception {
        following(1, "b", name).finish("b", List.of(name, "second"));
        Journal next = following(1, "b", name);
        assertThat(next.isFinished("b", name)).isTrue();
        assertThat(next.isFinished("b", "second")).isTrue();
        assertThat(next.isFinished("b", "third")).isFalse();
        assertThat(next.isFinished("b")).isFalse();
        assertThat(next.isFinished(name)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatWasErasedIsFinishedAndWasNotHandedOut(String name) throws Exception {
        Journal journal = following(1, "b", "other", name);
        journal.erase("other", name);
        journal.erase(name);
        journal.finish("b");
        Journal next = following(1, "b", "other", name);
        assertThat(next.isFinished(name)).isTrue();
        assertThat(next.isFinished("other", name)).isTrue();
        assertThat(next.isFinished("other")).isFalse();
        assertThat(next.isHandedOut(name, "entry")).isFalse();
        assertThat(next.isHandedOut("other", name)).isFalse();
        assertThat(next.isHandedOut("b", name)).isTrue();
    }

    @Test
    void aBoxThatWasNeverSavedNeedsNoMark() throws Exception {
        Journal journal = following(1, "saved");
        journal.finish("new");
        journal.finish("new", List.of("entry"));
        journal.finish("saved", List.of());
        assertThat(finished).isEmptyDirectory();
        assertThat(journal.isFinished("new")).isFalse();
    }

    @Test
    void anotherHandoverBeginsWithNothingFinished() throws Exception {
        Journal journal = following(1, "b", "ü");
        journal.finish("b");
        journal.finish("ü");
        journal.follow(11, Set.of("b", "ü"));
        assertThat(journal.isFinished("b")).isFalse();
        assertThat(journal.isFinished("ü")).isFalse();
        assertThat(finished).isEmptyDirectory();
        assertThat(following(1, "b", "ü").isFinished("b")).isFalse();
    }

    @Test
    void marksOfAnotherGenerationMeanNothing() throws Exception {
        Files.createFile(finished.resolve("11-b"));
        Files.createFile(finished.resolve("2-b"));
        assertThat(following(1, "b").isFinished("b")).isFalse();
    }

    @Test
    void finishingTwiceDoesNoHarm() throws Exception {
        Journal journal = following(1, "b");
        journal.finish("b", List.of("e"));
        journal.finish("b", List.of("e", "f"));
        journal.finish("b");
        journal.finish("b");
        assertThat(following(1, "b").isFinished("b")).isTrue();
    }

    @Test
    void entriesOfSeveralBoxesAreFinishedTogether() throws Exception {
        Map<String, List<String>> entries =
                Map.of("b", List.of("e", "f"), "c", List.of("g"), "new", List.of("h"));
        following(1, "b", "c").finish(entries);
        Journal next = following(1, "b", "c");
        assertThat(next.isHandedOut("b", "e")).isTrue();
        assertThat(next.isHandedOut("b", "f")).isTrue();
        assertThat(next.isHandedOut("c", "g")).isTrue();
        assertThat(next.isFinished("c")).isFalse();
        assertThat(next.isFinished("new", "h")).isFalse();
    }

    @Test
    void whatCannotBeMadeDurableIsNotFinishedNowNorAfterTheNextStart() throws Exception {
        Journal journal = following(1, "b");
        // A long name and a short one; then the folder is no folder.
        Files.delete(finished);
        Files.createFile(finished);
        assertThatThrownBy(() -> journal.finish("b", List.of("e", "x".repeat(255))))
                .isInstanceOf(Refused.HandoverFailed.class);
        assertThat(journal.isFinished("b", "e")).isFalse();
        Files.delete(finished);
        Files.createDirectory(finished);
        assertThat(following(1, "b").isFinished("b", "e")).isFalse();
    }
}
