package org.fdbox.sys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What is mounted in this process's mount namespace (proc_pid_mountinfo(5)).
public final class Mounts {

    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");
    private static final int ID = 0;
    private static final int ROOT = 3;
    private static final int PATH = 4;

    private static final int STATX_MNT_ID = 0x1000;
    private static final int MASK_AT = 0;
    private static final int MNT_ID_AT = 144;

    /// @param id the number of the mount, as [#idOf] tells it
    /// @param root what of the file system is mounted: a path in it, or for a namespace its name, like "net:[4026531840]"
    /// @param path where
    /// @param type of file system, like "ext4", "nsfs", "bpf"
    public record Mount(long id, String root, String path, String type) {}

    private Mounts() {}

    /// The last mounted last.
    public static List<Mount> now() {
        try {
            var text =
                    new String(Files.readAllBytes(Path.of("/proc/self/mountinfo")), StandardCharsets.UTF_8);
            return parse(text);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The number of the mount by which a file was opened, also where that is in another mount namespace.
    ///
    /// @param fd stays the caller's
    /// @return empty before Linux 5.8, which does not tell it so
    /// @throws SystemCallException if the kernel refuses
    public static OptionalLong idOf(OwnedFd fd) {
        MemorySegment result = Stat.statx(fd, STATX_MNT_ID);
        boolean told = (result.get(ValueLayout.JAVA_INT, MASK_AT) & STATX_MNT_ID) != 0;
        return told ? OptionalLong.of(result.get(ValueLayout.JAVA_LONG, MNT_ID_AT)) : OptionalLong.empty();
    }

    static List<Mount> parse(String mountInfo) {
        return mountInfo.lines().map(Mounts::mount).flatMap(Optional::stream).toList();
    }

    /// The optional fields before " - " are as many as they like.
    private static Optional<Mount> mount(String line) {
        int separator = line.indexOf(" - ");
        if (separator < 0) {
            return Optional.empty();
        }
        String[] before = line.substring(0, separator).split(" ");
        String[] after = line.substring(separator + 3).split(" ");
        return before.length <= PATH
                ? Optional.empty()
                : Optional.of(new Mount(Long.parseLong(before[ID]), plain(before[ROOT]), plain(before[PATH]),
                        plain(after[0])));
    }

    /// Blanks and backslashes are written in octal.
    private static String plain(String field) {
        return ESCAPED.matcher(field).replaceAll(Mounts::character);
    }

    private static String character(MatchResult octal) {
        String character = Character.toString(Integer.parseInt(octal.group(1), 8));
        return character.equals("\\") ? "\\\\" : character;
    }
}
