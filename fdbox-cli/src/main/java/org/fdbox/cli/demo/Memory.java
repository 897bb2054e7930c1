package org.fdbox.cli.demo;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;

/// A memfd with data, holes, seals, a name and a position.
final class Memory implements Exhibit {

    private static final String NAME = "demo-guest-ram";
    private static final int MIB = 1 << 20;
    private static final int SIZE = 8 * MIB;
    private static final long POSITION = 4711;
    private static final List<String> SEALS = List.of("shrink", "grow");
    private static final List<Contents.Extent> DATA =
            List.of(new Contents.Extent(0, MIB), new Contents.Extent(5L * MIB, 2L * MIB));

    private final byte[] contents = new byte[SIZE];

    Memory() {
        var random = new SplittableRandom(42);
        for (Contents.Extent extent : DATA) {
            var run = new byte[(int) extent.length()];
            random.nextBytes(run);
            System.arraycopy(run, 0, contents, (int) extent.offset(), run.length);
        }
    }

    @Override
    public String name() {
        return "ram";
    }

    @Override
    public String kind() {
        return "memfd";
    }

    @Override
    public String checked() {
        return "8 MiB, holes, seals, name, position, flags";
    }

    @Override
    public OwnedFd open() {
        OwnedFd memfd = Memfd.create(NAME);
        OpenFile.truncate(memfd, SIZE);
        for (Contents.Extent extent : DATA) {
            int start = (int) extent.offset();
            Contents.write(memfd, Arrays.copyOfRange(contents, start, start + (int) extent.length()), start);
        }
        Memfd.addSeals(memfd, SEALS);
        OpenFile.seek(memfd, POSITION);
        return memfd;
    }

    @Override
    public void compare(OwnedFd back) throws Different {
        var facts = new FdFacts(back);
        Different.unlessEqual("the name", "/memfd:" + NAME + " (deleted)", facts.link());
        Different.unlessEqual("the size", (long) SIZE, facts.stat().size());
        Different.unlessEqual("the position", POSITION, OpenFile.position(back));
        Different.unlessEqual("the flags", List.of("rdwr"), OpenFlags.names(facts.flags()));
        Different.unlessEqual("the seals", SEALS, Memfd.seals(back));
        int at = Arrays.mismatch(contents, Contents.read(back, 0, SIZE));
        if (at >= 0) {
            throw new Different("the contents differ at byte " + at);
        }
        try (OwnedFd look = OpenFile.reopen(back, OpenFlags.RDONLY)) {
            Different.unlessEqual("the map of data and holes", DATA, Contents.dataExtents(look, SIZE));
        }
    }
}
