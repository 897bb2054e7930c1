package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// A proc(5), where every name is looked up in a system that goes on: what belongs to a process that has ended, or to a
/// descriptor that was closed, reads as empty. What this process may not see, or cannot, is a [SystemCallException].
final class ProcFolder {

    /// Of struct linux_dirent64 (getdents(2)).
    private static final int RECORD_LENGTH = 16;
    private static final int NAME = 19;

    private final Kernel kernel;
    private final String root;

    /// @param root where it is mounted
    ProcFolder(Kernel kernel, String root) {
        this.kernel = kernel;
        this.root = root;
    }

    Kernel kernel() {
        return kernel;
    }

    /// The names in a folder that are numbers: processes, tasks.
    int[] numbers(String folder) {
        IntStream.Builder numbers = IntStream.builder();
        try (OwnedFd open = open(folder)) {
            list(open, numbers);
        } catch (SystemCallException failed) {
            requireGone(failed);
        }
        return numbers.build().toArray();
    }

    /// One of the links in a folder of descriptors.
    @FunctionalInterface
    interface Visitor {
        void visit(int number, Stat stat);
    }

    /// Looks at what each number in a folder leads to. By names within the folder, since to walk the whole path for each would
    /// take twice the time.
    void links(String folder, Visitor visitor) {
        try (OwnedFd open = open(folder)) {
            list(open, number -> statIn(open, number).ifPresent(stat -> visitor.visit(number, stat)));
        } catch (SystemCallException failed) {
            requireGone(failed);
        }
    }

    private static Optional<Stat> statIn(OwnedFd folder, int number) {
        try {
            return Optional.of(Stat.at(folder, Integer.toString(number)));
        } catch (SystemCallException failed) {
            requireGone(failed);
            return Optional.empty();
        }
    }

    /// The scratch memory is only ours until somebody is told a number.
    private static void list(OwnedFd folder, IntConsumer each) {
        while (true) {
            MemorySegment names = Scratch.arguments();
            long length = folder.must(SystemCall.GETDENTS64, names.address(), names.byteSize());
            if (length == 0) {
                return;
            }
            IntStream.Builder numbers = IntStream.builder();
            addNumbers(names.asSlice(0, length), numbers);
            numbers.build().forEach(each);
        }
    }

    private static void addNumbers(MemorySegment names, IntStream.Builder numbers) {
        long at = 0;
        while (at < names.byteSize()) {
            int number = number(names, at + NAME);
            if (number >= 0) {
                numbers.add(number);
            }
            at += Short.toUnsignedInt(names.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + RECORD_LENGTH));
        }
    }

    /// A name as a number, or -1.
    private static int number(MemorySegment names, long start) {
        int number = 0;
        long at = start;
        byte next;
        while ((next = names.get(ValueLayout.JAVA_BYTE, at++)) != 0) {
            if (next < '0' || next > '9') {
                return -1;
            }
            number = number * 10 + next - '0';
        }
        return number;
    }

    /// A short file of one line, without its end; bytes that are not UTF-8 are replaced. Empty where it is gone.
    Optional<String> line(String file) {
        try (OwnedFd open = open(file)) {
            byte[] bytes = read(open);
            return bytes.length == 0
                    ? Optional.empty()
                    : Optional.of(new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8));
        } catch (SystemCallException failed) {
            requireGone(failed);
            return Optional.empty();
        }
    }

    /// Tells the start of each line of a file, which can be larger than memory.
    ///
    /// @param most how many bytes of each line are told
    /// @return whether there was any
    boolean lines(String file, int most, Consumer<String> each) {
        boolean any = false;
        try (OwnedFd open = open(file)) {
            var line = new byte[most];
            int length = 0;
            byte[] chunk;
            while ((chunk = read(open)).length > 0) {
                for (byte next : chunk) {
                    if (next == '\n') {
                        any = true;
                        each.accept(new String(line, 0, length, StandardCharsets.ISO_8859_1));
                        length = 0;
                    } else if (length < most) {
                        line[length++] = next;
                    }
                }
            }
        } catch (SystemCallException failed) {
            requireGone(failed);
        }
        return any;
    }

    private static byte[] read(OwnedFd open) {
        MemorySegment chunk = Scratch.arguments();
        long count = Kernel.retry(() -> open.call(SystemCall.READ, chunk.address(), chunk.byteSize(), 0));
        Kernel.check(count, SystemCall.READ, open);
        return chunk.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
    }

    /// What a link leads to, also one that only this folder has: an open file, a mapped one.
    Optional<Stat> stat(String path) {
        try {
            return Optional.of(Stat.at(kernel, root + "/" + path));
        } catch (SystemCallException failed) {
            requireGone(failed);
            return Optional.empty();
        }
    }

    /// What a link says.
    String link(String path) {
        return OpenFile.link(kernel, root + "/" + path);
    }

    private OwnedFd open(String path) {
        return OpenFile.open(kernel, root + "/" + path, 0);
    }

    private static void requireGone(SystemCallException failed) {
        if (failed.errno() != Errno.ENOENT && failed.errno() != Errno.ESRCH) {
            throw failed;
        }
    }
}
