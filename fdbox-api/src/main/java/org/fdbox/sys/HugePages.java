package org.fdbox.sys;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Memory files of huge pages (memfd_create(2), MFD_HUGETLB), which come out of pools that an administrator fills
/// (Documentation/admin-guide/mm/hugetlbpage.rst of Linux). Such a file can be read but not written, only mapped; all of it
/// counts as data, holes too (fs/hugetlbfs/inode.c).
public final class HugePages {

    private static final int MFD_HUGETLB = 4;
    private static final int MFD_HUGE_SHIFT = 26;
    /// include/uapi/linux/magic.h
    private static final long HUGETLBFS_MAGIC = 0x958458f6L;
    private static final Path POOLS = Path.of("/sys/kernel/mm/hugepages");
    private static final String PREFIX = "hugepages-";

    private HugePages() {}

    /// The sizes of huge pages, in bytes, that this kernel has pools for, filled or not; empty where it knows none.
    public static List<Long> sizes() {
        try (Stream<Path> pools = Files.list(POOLS)) {
            return pools.map(pool -> pool.getFileName().toString())
                    .filter(name -> name.matches(PREFIX + "\\d+kB"))
                    .map(name -> Long.parseLong(name.substring(PREFIX.length(), name.length() - 2)) << 10)
                    .sorted()
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /// How many pages of a pool nobody uses or has reserved; 0 where it cannot be told.
    public static long free(long pageSize) {
        return Math.max(0, count(pageSize, "free_hugepages") - count(pageSize, "resv_hugepages"));
    }

    private static long count(long pageSize, String what) {
        try {
            return Long.parseLong(
                    Files.readString(POOLS.resolve(PREFIX + (pageSize >> 10) + "kB").resolve(what)).strip());
        } catch (IOException unknown) {
            return 0;
        }
    }

    /// The size of the pages that a file is made of, in bytes, if it is on a file system of huge pages, the internal one or a
    /// mounted one; empty if it is not.
    ///
    /// @param file stays the caller's
    public static OptionalLong pageSize(OwnedFd file) {
        MemorySegment statfs = Scratch.arguments().asSlice(0, 120);
        file.must(SystemCall.FSTATFS, statfs.address(), 0);
        return statfs.get(ValueLayout.JAVA_LONG, 0) == HUGETLBFS_MAGIC
                ? OptionalLong.of(statfs.get(ValueLayout.JAVA_LONG, 8))
                : OptionalLong.empty();
    }

    /// Makes an empty memory file, readable, that can be sealed. It takes no page before it is written.
    ///
    /// @param pageSize one of [#sizes()]
    /// @return owned by the caller
    /// @throws SystemCallException ENODEV or EINVAL if this kernel has no pages of that size
    public static OwnedFd memfd(String name, long pageSize) {
        return memfd(Kernel.SYSTEM, name, pageSize);
    }

    static OwnedFd memfd(Kernel kernel, String name, long pageSize) {
        int size = Long.numberOfTrailingZeros(pageSize) << MFD_HUGE_SHIFT;
        return Memfd.createExecutable(kernel, name, MFD_HUGETLB | size);
    }

    /// A second descriptor for a new, empty file of huge pages, with which [Contents] can write: what is written goes through a
    /// mapping, and takes pages from the pool; runs of zeros take none. Writing fails with ENOSPC where the pool has no room.
    ///
    /// @param made stays the caller's
    /// @return owned by the caller
    public static OwnedFd writable(OwnedFd made, long pageSize) {
        return new OwnedFd(new MappedWrites(made.kernel(), pageSize), made.dup().number());
    }
}
