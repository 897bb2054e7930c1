package org.fdbox.daemon.handover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadReader;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Contents.Extent;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Payload files: contents of one inode, sparse, with the extents and the checksum that the manifest keeps of them.
final class Payload {

    private Payload() {}

    /// Writes one payload file, if the handler asks for one.
    static final class Writer implements PayloadWriter {

        private final StateDirectory directory;
        private final String name;
        private final LongConsumer reached;
        private Map<String, Object> node;

        /// @param name of the file, as the manifest will have it
        /// @param reached told of each offset up to which contents are written
        Writer(StateDirectory directory, String name, LongConsumer reached) {
            this.directory = directory;
            this.name = name;
            this.reached = reached;
        }

        /// What the manifest says of it; null if nothing was written.
        Map<String, Object> node() {
            return node;
        }

        @Override
        public void contents(OwnedFd readable, long size) throws HandlerRefusal {
            Stat before = Stat.of(readable);
            boolean written = false;
            try (OwnedFd file = directory.createPayload(name)) {
                List<Extent> extents = Contents.dataExtents(readable, size);
                OpenFile.truncate(file, size);
                int crc = Contents.copy(readable, file, extents, reached);
                OpenFile.sync(file);
                describe(size, extents, crc);
                written = true;
            } catch (IOException failed) {
                throw new HandlerRefusal("its payload cannot be written: " + failed, failed);
            } finally {
                if (!written) {
                    directory.deletePayload(name);
                }
            }
            requireUnchanged(before, Stat.of(readable));
        }

        /// User space cannot lock an inode. Writes through mappings leave no trace here: docs/handover.md says so.
        private static void requireUnchanged(Stat before, Stat after) throws HandlerRefusal {
            boolean same = before.size() == after.size()
                    && before.modifiedNanos() == after.modifiedNanos()
                    && before.changedNanos() == after.changedNanos();
            if (!same) {
                throw new HandlerRefusal(
                        "somebody changed it while it was being saved; stop its writers and save again");
            }
        }

        @Override
        public void bytes(byte[] bytes) {
            try (OwnedFd file = directory.createPayload(name)) {
                Contents.write(file, bytes, 0);
                OpenFile.sync(file);
                List<Extent> extents = bytes.length == 0 ? List.of() : List.of(new Extent(0, bytes.length));
                describe(bytes.length, extents, Contents.checksum(file, extents));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private void describe(long size, List<Extent> extents, int crc) {
            node = new LinkedHashMap<>();
            node.put("file", name);
            node.put("size", size);
            node.put("extents", extents.stream().map(e -> List.of(e.offset(), e.length())).toList());
            node.put("crc32c", HexFormat.of().toHexDigits(crc));
        }
    }

    /// Reads one payload file.
    static final class Reader implements PayloadReader {

        private final StateDirectory directory;
        private final String name;
        private final long size;
        private final List<Extent> extents;
        private final String crc;

        /// @param node what a manifest says of it
        /// @throws HandlerRefusal if the node is malformed
        Reader(StateDirectory directory, Map<String, Object> node) throws HandlerRefusal {
            if (!(node.get("file") instanceof String file)
                    || !(node.get("size") instanceof Long length)
                    || !(node.get("crc32c") instanceof String checksum)) {
                throw new HandlerRefusal("the manifest says nothing useful of its contents");
            }
            this.directory = directory;
            this.name = file;
            this.size = length;
            this.crc = checksum;
            this.extents = extents(node.get("extents"), length);
        }

        /// Ascending, apart, and within the size: else a small file could claim to fill the machine.
        private static List<Extent> extents(Object value, long size) throws HandlerRefusal {
            var extents = new ArrayList<Extent>();
            long end = 0;
            for (Object element : value instanceof List<?> list ? list : List.of("missing")) {
                if (!(element instanceof List<?> pair)
                        || pair.size() != 2
                        || !(pair.get(0) instanceof Long offset)
                        || !(pair.get(1) instanceof Long length)
                        || offset < end
                        || length <= 0
                        || length > size - offset) {
                    throw new HandlerRefusal(
                            "the extents that the manifest has of its contents are malformed");
                }
                extents.add(new Extent(offset, length));
                end = offset + length;
            }
            return extents;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void into(OwnedFd writable) throws HandlerRefusal {
            try (OwnedFd file = open()) {
                requireChecksum(Contents.copy(file, writable, extents, _ -> {}));
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
            try (OwnedFd file = directory.openPayload(name)) {
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

        private void requireChecksum(int found) throws HandlerRefusal {
            String hex = HexFormat.of().toHexDigits(found);
            if (!hex.equals(crc)) {
                throw new HandlerRefusal(
                        name + " is damaged: its checksum is " + hex + " and should be " + crc);
            }
        }
    }
}
