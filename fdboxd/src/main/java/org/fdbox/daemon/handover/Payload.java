package org.fdbox.daemon.handover;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Contents.Extent;
import org.fdbox.sys.Extents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// A payload file, as the manifest tells of it: contents of one inode, sparse, with their extents and checksum.
final class Payload implements SavedContents {

    static final String FILE = "file";
    static final String SIZE = "size";
    static final String EXTENTS = "extents";
    /// The entry that names the payload file of the same inode: "entry" in the same box, or "box/entry".
    static final String SHARED_WITH = "sharedWith";

    private final PayloadFolder folder;
    private final String name;
    private final long size;
    private final Extents extents;
    private final String crc;

    /// @param node what a manifest says of it
    /// @throws HandlerRefusal if the node is malformed
    Payload(PayloadFolder folder, Map<String, Object> node) throws HandlerRefusal {
        this(folder, node, false);
    }

    /// @param elsewhere whether the contents may have been somewhere else alone
    /// @throws HandlerRefusal if the node is malformed
    Payload(PayloadFolder folder, Map<String, Object> node, boolean elsewhere) throws HandlerRefusal {
        boolean named = node.get(FILE) instanceof String || elsewhere && !node.containsKey(FILE);
        if (!named
                || !(node.get(SIZE) instanceof Long length)
                || !(node.get("crc32c") instanceof String checksum)) {
            throw new HandlerRefusal("the manifest says nothing useful of its contents");
        }
        this.folder = folder;
        this.name = (String) node.get(FILE);
        this.size = length;
        this.crc = checksum;
        this.extents = extents(node.get(EXTENTS), length);
    }

    /// What the manifest says of a payload.
    static Map<String, Object> describe(String file, long size, Extents extents, int crc) {
        var node = new LinkedHashMap<String, Object>();
        node.put(FILE, file);
        node.putAll(describe(size, extents, crc));
        return node;
    }

    /// The same of one without a file.
    static Map<String, Object> describe(long size, Extents extents, int crc) {
        var node = new LinkedHashMap<String, Object>();
        node.put(SIZE, size);
        node.put(EXTENTS, pairs(extents));
        node.put("crc32c", HexFormat.of().toHexDigits(crc));
        return node;
    }

    /// As JSON has them, made when asked for: there may be very many.
    private static List<List<Long>> pairs(Extents extents) {
        return new AbstractList<>() {
            @Override
            public List<Long> get(int index) {
                Extent extent = extents.get(index);
                return List.of(extent.offset(), extent.length());
            }

            @Override
            public int size() {
                return extents.size();
            }
        };
    }

    /// Ascending, apart, and within the size: else a small file could claim to fill the machine.
    private static Extents extents(Object value, long size) throws HandlerRefusal {
        var extents = new ArrayList<Extent>();
        for (Object element : value instanceof List<?> list ? list : List.of("missing")) {
            if (!(element instanceof List<?> pair)
                    || pair.size() != 2
                    || !(pair.get(0) instanceof Long offset)
                    || !(pair.get(1) instanceof Long length)) {
                throw malformed(null);
            }
            extents.add(new Extent(offset, length));
        }
        try {
            return Extents.of(extents, size);
        } catch (IllegalArgumentException wrong) {
            throw malformed(wrong);
        }
    }

    private static HandlerRefusal malformed(Throwable cause) {
        return new HandlerRefusal("the extents that the manifest has of its contents are malformed", cause);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void into(OwnedFd writable, LongConsumer copied) throws HandlerRefusal {
        try (OwnedFd file = open()) {
            requireChecksum(SparseCopy.copy(file, writable, extents, copied).crc32c());
        }
    }

    @Override
    public byte[] bytes(int most) throws HandlerRefusal {
        if (size > most) {
            throw new HandlerRefusal(
                    "its saved contents have " + size + " bytes, and " + most + " are possible");
        }
        try (OwnedFd file = open()) {
            requireChecksum(Contents.checksum(file, extents));
            // Only what the checksum covers; holes are zeros.
            var bytes = new byte[(int) size];
            for (Extent extent : extents) {
                byte[] run = Contents.read(file, extent.offset(), (int) extent.length());
                System.arraycopy(run, 0, bytes, (int) extent.offset(), run.length);
            }
            return bytes;
        }
    }

    private OwnedFd open() throws HandlerRefusal {
        if (!isThere()) {
            throw new HandlerRefusal(
                    "its contents were in the kernel's hands alone (\"luo\" is \"only\"), and this"
                            + " kernel does not have them: it was not started by a kexec from the one that did");
        }
        try (OwnedFd file = folder.open(name)) {
            long found = Stat.of(file).size();
            if (found != size) {
                throw new HandlerRefusal(name + " has " + found + " bytes and should have " + size);
            }
            return file.take();
        } catch (SystemCallException | IllegalArgumentException unusable) {
            throw new HandlerRefusal("its saved contents cannot be read: " + unusable.getMessage(),
                    unusable);
        }
    }

    /// The file itself, read-only, its position at 0, once all of it is known to be what was saved.
    ///
    /// @return owned by the caller
    /// @throws HandlerRefusal if a bit is wrong, or the end is missing
    OwnedFd verified() throws HandlerRefusal {
        try (OwnedFd file = open()) {
            requireChecksum(Contents.checksum(file, extents));
            if (!Gaps.areZero(file, size, extents)) {
                throw new HandlerRefusal(name + " is damaged: it has data where there should be none");
            }
            OpenFile.seek(file, 0);
            return file.take();
        }
    }

    private void requireChecksum(int found) throws HandlerRefusal {
        if (!hasChecksum(found)) {
            throw new HandlerRefusal(
                    name + " is damaged: its checksum is " + HexFormat.of().toHexDigits(found)
                            + " and should be " + crc);
        }
    }

    /// Whether contents with such a CRC32C are what was saved.
    boolean hasChecksum(int found) {
        return HexFormat.of().toHexDigits(found).equals(crc);
    }

    /// Whether there is a file.
    boolean isThere() {
        return name != null;
    }

    /// Where they have data.
    Extents extents() {
        return extents;
    }
}
