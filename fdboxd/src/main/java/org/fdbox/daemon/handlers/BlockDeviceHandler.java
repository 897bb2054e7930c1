package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// Block devices: disks, partitions, loop devices and what is stacked on them.
///
/// Preserved while somebody holds them: everything.
///
/// Not preserved without a holder: anything. Device numbers and names are given out in the order in which disks are found, so
/// after a restart the same number can mean another disk, and a writer would write to it.
public final class BlockDeviceHandler implements FdHandler {

    @Override
    public String compatible() {
        return "fdbox,block-device-v1";
    }

    @Override
    public String kind() {
        return "block-device";
    }

    @Override
    public Survival survival() {
        return Survival.LIVE;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.BLOCK_DEVICE && (facts.flags() & OpenFlags.PATH) == 0;
    }

    /// Closing the last descriptor of a disk writes out what is left.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return Prospect.live("after a restart the same device number can mean another disk");
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("path", facts.link());
        properties.put("represents", facts.stat().represents().toString());
        properties.put("position", OpenFile.position(fd));
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }
}
