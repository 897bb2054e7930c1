package org.fdbox.test.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.IntToLongFunction;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Extents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.UnixAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Copying contents against `cp --sparse=auto` on the same file system in the same run, and what Prepare saves of the blackout.
///
/// `mvn verify -DskipUnitTests -Dit.test=ContentsBenchmark`; `-Dfdbox.bench.mib=N` for another size than 1024.
@Timeout(1800)
class ContentsBenchmark {

    private static final int MIB = 1 << 20;
    private static final int PAGE = 4096;
    private static final int SIZE_MIB = Integer.getInteger("fdbox.bench.mib", 1024);
    private static final long SIZE = (long) SIZE_MIB * MIB;
    private static final int ROUNDS = 5;
    private static final int BLACKOUTS = 9;
    private static final String BOX = "bench";

    @TempDir
    Path disk;

    /// A shape of contents: runs of data of one length, at a distance.
    private record Shape(String name, int run, long distance) {
        OwnedFd make() {
            OwnedFd memfd = Memfd.create("bench");
            OpenFile.truncate(memfd, SIZE);
            var bytes = new byte[run];
            new Random(1).nextBytes(bytes);
            for (long at = 0; at < SIZE; at += distance) {
                Contents.write(memfd, bytes, at);
            }
            return memfd;
        }
    }

    private static final List<Shape> SHAPES = List.of(
            new Shape("all data", MIB, MIB),
            new Shape("every other MiB", MIB, 2L * MIB),
            new Shape("every other page", PAGE, 2L * PAGE));

    private static double seconds(Callable<?> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /// cp's and our way in turn, so that whatever else the machine does meets both.
    private static double[] race(Callable<?> theirs, Callable<?> ours) throws Exception {
        var a = new double[ROUNDS];
        var b = new double[ROUNDS];
        theirs.call();
        ours.call();
        for (int i = 0; i < ROUNDS; i++) {
            a[i] = seconds(theirs);
            b[i] = seconds(ours);
        }
        return new double[]{median(a), median(b)};
    }

    private static Void cp(String from, Path to, boolean sync) throws Exception {
        Files.deleteIfExists(to);
        cp(from, to.toString());
        if (sync) {
            try (OwnedFd file = OpenFile.open(to.toString(), OpenFlags.RDWR)) {
                OpenFile.sync(file);
            }
        }
        return null;
    }

    private static void cp(String from, String to) throws Exception {
        int status = new ProcessBuilder("cp", "--sparse=auto", from, to).inheritIO().start().waitFor();
        assertThat(status).isZero();
    }

    private static Void copy(OwnedFd from, Path to, boolean sync) throws Exception {
        Files.deleteIfExists(to);
        try (OwnedFd file = OpenFile.create(to.toString());
                OwnedFd own = OpenFile.reopen(from, OpenFlags.RDONLY)) {
            OpenFile.truncate(file, SIZE);
            SparseCopy.copy(own, file, Contents.dataExtents(own, SIZE), _ -> {}).crc32c();
            if (sync) {
                OpenFile.sync(file);
            }
        }
        return null;
    }

    private static Void back(Path from, Extents extents) {
        try (OwnedFd file = OpenFile.open(from.toString(), OpenFlags.RDONLY);
                OwnedFd made = Memfd.create("restored")) {
            OpenFile.truncate(made, SIZE);
            SparseCopy.copy(file, made, extents, _ -> {}).crc32c();
        }
        return null;
    }

    private static Void cpBack(Path from) throws Exception {
        try (OwnedFd made = Memfd.create("restored")) {
            cp(from.toString(), "/proc/" + ProcessHandle.current().pid() + "/fd/" + made.number());
        }
        return null;
    }

    @Test
    void againstCp() throws Exception {
        var table = new Table("contents against cp", "contents", "to", "cp MB/s", "fdbox MB/s", "fdbox/cp");
        for (Shape shape : SHAPES) {
            try (OwnedFd memfd = shape.make(); OwnedFd own = OpenFile.reopen(memfd, OpenFlags.RDONLY)) {
                String source = "/proc/" + ProcessHandle.current().pid() + "/fd/" + memfd.number();
                Extents extents = Contents.dataExtents(own, SIZE);
                Path file = disk.resolve("copy");
                double[] cache = race(() -> cp(source, file, false), () -> copy(memfd, file, false));
                double[] durable = race(() -> cp(source, file, true), () -> copy(memfd, file, true));
                double[] restored = race(() -> cpBack(file), () -> back(file, extents));
                row(table, shape, "page cache", extents, cache);
                row(table, shape, "disk (fsync)", extents, durable);
                row(table, shape, "memfd (restore)", extents, restored);
            }
        }
        table.publish();
    }

    private static void row(Table table, Shape shape, String to, Extents extents, double[] race) {
        IntToLongFunction rate = i -> Math.round(extents.bytes() / race[i] / 1e6);
        table.row(shape.name(), to, rate.applyAsLong(0), rate.applyAsLong(1), race[0] / race[1]);
    }

    @Test
    void blackout() throws Exception {
        var table = new Table("blackout of a save", "what", "ms", "least", "most", "of a save without",
                "of one read");
        try (Contender daemon = Contender.fdboxd(Pin.ANYWHERE, disk);
                FdBoxClient client = FdBoxClient.connect(new UnixAddress(daemon.socket().toString()));
                OwnedFd memfd = SHAPES.getFirst().make();
                OwnedFd own = OpenFile.reopen(memfd, OpenFlags.RDONLY)) {
            client.put(BOX, "ram", memfd);
            Extents all = Contents.dataExtents(own, SIZE);
            var read = new double[BLACKOUTS];
            var without = new double[BLACKOUTS];
            var with = new double[BLACKOUTS];
            for (int i = 0; i < BLACKOUTS; i++) {
                read[i] = seconds(() -> readOnce(own, all));
                without[i] = sealedSave(client);
                client.prepare(BOX, _ -> {});
                change(memfd);
                with[i] = sealedSave(client);
            }
            client.deleteBox(BOX);
            for (var line : List.of(new Line("one read", read), new Line("save", without),
                    new Line("save after Prepare, 1 % changed", with))) {
                double median = median(line.seconds);
                table.row(line.what, millis(median), millis(Arrays.stream(line.seconds).min().orElseThrow()),
                        millis(Arrays.stream(line.seconds).max().orElseThrow()), median / median(without),
                        median / median(read));
            }
        }
        table.publish();
    }

    private static long millis(double seconds) {
        return Math.round(seconds * 1e3);
    }

    private record Line(String what, double[] seconds) {}

    /// The save before has nothing sealed, so that this one has nothing old to remove.
    private static double sealedSave(FdBoxClient client) throws Exception {
        client.handover().save(Optional.empty(), _ -> {});
        client.seal(BOX);
        double seconds = seconds(() -> client.handover().save(Optional.empty(), _ -> {}));
        client.unseal(BOX);
        return seconds;
    }

    private static Void readOnce(OwnedFd memfd, Extents extents) {
        for (Contents.Extent extent : extents) {
            for (long at = extent.offset(); at < extent.offset() + extent.length(); at += MIB) {
                Contents.read(memfd, at, MIB);
            }
        }
        return null;
    }

    /// One page in a hundred.
    private static void change(OwnedFd memfd) {
        var random = new Random();
        var page = new byte[PAGE];
        for (long i = 0; i < SIZE / PAGE / 100; i++) {
            random.nextBytes(page);
            Contents.write(memfd, page, random.nextLong(SIZE / PAGE) * PAGE);
        }
    }
}
