package org.fdbox.cli.demo;

import java.util.List;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;

/// An eventfd that has counted.
final class Counter implements Exhibit {

    private static final long COUNT = 42;

    @Override
    public String name() {
        return "irq";
    }

    @Override
    public String kind() {
        return "eventfd";
    }

    @Override
    public String checked() {
        return "its counter (42), flags";
    }

    @Override
    public OwnedFd open() {
        return EventFd.create(COUNT, false, true);
    }

    @Override
    public void compare(OwnedFd back) throws Different {
        Different.unlessEqual("the flags", List.of("rdwr", "nonblock"),
                OpenFlags.names(new FdFacts(back).flags()));
        Different.unlessEqual("the counter", COUNT, EventFd.read(back));
    }
}
