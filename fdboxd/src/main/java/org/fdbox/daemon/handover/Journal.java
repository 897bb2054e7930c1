package org.fdbox.daemon.handover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What of the complete handover is finished with: a box that was unsealed or deleted since it was saved, or a single entry.
/// Durable before the change it stands for happens.
///
/// What may have been handed out spoils what is saved of the same open file under other names; what was erased does not, since
/// nobody got it. The mark of a box is "GENERATION-BOX" and finishes all of it; that of an entry is "GENERATION-BOX=ENTRY" (names
/// have no '='). The marks of what was erased end with another '='.
/// A name too long for a file, or with other letters than ASCII's, which a JVM without a UTF-8 locale cannot write, becomes
/// its SHA-256 behind a '+' in the place of the '-'.
public final class Journal {

    private static final int LONGEST_FILE_NAME = 255;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final StateDirectory directory;
    private final Consumer<String> finished;
    private long generation;
    private final Set<String> marks = new HashSet<>();
    /// Boxes that the complete handover holds; for all others there is nothing to mark.
    private Set<String> saved = Set.of();

    /// @param finished told of each box of which something has just been marked
    Journal(StateDirectory directory, Consumer<String> finished) {
        this.directory = directory;
        this.finished = finished;
    }

    /// Follows the complete handover that was found; marks of others mean nothing any more.
    synchronized void follow(long newGeneration, Set<String> boxes) throws IOException {
        read(newGeneration, boxes);
        directory.keepMarks(marks);
    }

    /// The same where another process still makes marks, and removes them.
    synchronized void read(long newGeneration, Set<String> boxes) throws IOException {
        generation = newGeneration;
        saved = Set.copyOf(boxes);
        readMarks();
    }

    /// Made ready to follow a handover that is still being written. From its being in its place on, a mark has to be one of it: running
    /// this needs neither memory nor a file.
    ///
    /// @param then what comes with it
    Runnable turn(long newGeneration, Set<String> boxes, Runnable then) {
        Set<String> names = Set.copyOf(boxes);
        return () -> {
            turnTo(newGeneration, names);
            then.run();
        };
    }

    private synchronized void turnTo(long newGeneration, Set<String> boxes) {
        generation = newGeneration;
        saved = boxes;
        marks.clear();
    }

    /// Removes the marks of earlier handovers. Those that stay do no harm.
    synchronized void tidy() {
        try {
            directory.keepMarks(marks);
        } catch (IOException | DirectoryIteratorException failed) {
            LOG.warn("marks of an earlier handover stay in {}: {}", directory.root(), failed.getMessage());
        }
    }

    /// Reads them once more: another process may have made some.
    synchronized void readMarks() throws IOException {
        marks.clear();
        String prefix = Long.toString(generation);
        for (String mark : directory.marks()) {
            if (mark.startsWith(prefix + "-") || mark.startsWith(prefix + "+")) {
                marks.add(mark);
            }
        }
    }

    synchronized boolean isFinished(String box) {
        return marks.contains(mark(box)) || marks.contains(mark(box + "="));
    }

    synchronized boolean isFinished(String box, String entry) {
        return isFinished(box) || isHandedOut(box, entry) || marks.contains(mark(box + "=" + entry + "="));
    }

    /// Whether somebody may have got it, and changed it since.
    synchronized boolean isHandedOut(String box, String entry) {
        return marks.contains(mark(box)) || marks.contains(mark(box + "=" + entry));
    }

    /// Finishes a box with everything in it, which may be handed out from now on.
    ///
    /// @throws Refused.HandoverFailed if that cannot be made durable; nothing is finished then
    public synchronized void finish(String box) throws Refused.HandoverFailed {
        add(box, List.of(mark(box)));
    }

    /// Finishes a box with everything in it, of which nobody gets anything any more.
    ///
    /// @throws Refused.HandoverFailed as [#finish(String)]
    public synchronized void erase(String box) throws Refused.HandoverFailed {
        add(box, List.of(mark(box + "=")));
    }

    /// Finishes an entry that nobody gets any more.
    public synchronized void erase(String box, String entry) throws Refused.HandoverFailed {
        add(box, List.of(mark(box + "=" + entry + "=")));
    }

    /// Finishes some of a box's entries, which may be handed out from now on.
    public void finish(String box, List<String> entries) throws Refused.HandoverFailed {
        finish(Map.of(box, entries));
    }

    /// The same in several boxes: all of it or nothing.
    ///
    /// @param entries their names, by box
    public synchronized void finish(Map<String, List<String>> entries) throws Refused.HandoverFailed {
        var added = new ArrayList<String>();
        entries.forEach((box, names) -> {
            if (saved.contains(box)) {
                names.forEach(entry -> added.add(mark(box + "=" + entry)));
            }
        });
        if (!added.isEmpty()) {
            makeDurable(entries.keySet().stream().filter(saved::contains).toList(), added);
        }
    }

    private void add(String box, List<String> added) throws Refused.HandoverFailed {
        if (saved.contains(box)) {
            makeDurable(List.of(box), added);
        }
    }

    /// @param boxes in which they are
    private void makeDurable(List<String> boxes, List<String> added) throws Refused.HandoverFailed {
        try {
            directory.mark(added);
            marks.addAll(added);
            boxes.forEach(finished);
        } catch (IOException | SystemCallException failed) {
            throw unmarked(boxes.getFirst(), FileTrouble.of(failed));
        }
    }

    private static Refused.HandoverFailed unmarked(String box, String why) {
        return new Refused.HandoverFailed(Optional.of(box), Optional.empty(),
                "what was saved of it cannot be marked as finished, so it stays as it is: " + why);
    }

    private String mark(String what) {
        String plain = generation + "-" + what;
        boolean ascii = plain.chars().allMatch(c -> c < 128);
        if (ascii && plain.length() <= LONGEST_FILE_NAME) {
            return plain;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(what.getBytes(StandardCharsets.UTF_8));
            return generation + "+" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
