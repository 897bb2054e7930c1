package org.fdbox.daemon.net;

import static org.fdbox.daemon.support.Users.ALICE;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What the tests of suspending begin with: a daemon's desk with the empty box "b", which everybody may use, and its server, not yet started.
@ExtendWith(NothingLeaks.class)
abstract class SuspendableDaemon {

    static final Request INFO = new Request.GetInfo();

    final FakeHandler red = new FakeHandler("red");
    Desk desk;
    Served served;
    OwnedFd fd;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        desk.call(ALICE, new Request.CreateBox("b", OptionalInt.of(0777)));
        served = new Served(desk, folder);
        fd = red.make("r");
    }

    @AfterEach
    void close() {
        fd.close();
        served.close();
        desk.close();
    }

    static Request put(String name) {
        return new Request.Put("b", name, 0, false);
    }
}
