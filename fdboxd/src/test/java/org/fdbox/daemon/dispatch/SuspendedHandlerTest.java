package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.daemon.handover.Registration;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.LateProgram;
import org.fdbox.daemon.support.NothingLeaks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A program that is a handler is asked nothing while everybody is suspended.
@ExtendWith(NothingLeaks.class)
class SuspendedHandlerTest {

    private static final int ENTRIES = 2 * Registration.MOST_OPEN;

    @TempDir
    Path folder;

    @BeforeEach
    void save() throws Exception {
        LateProgram.save(folder, ENTRIES);
    }

    /// Reads all that it can be asked at once.
    private static List<String> ids(LateProgram program) throws Exception {
        var ids = new ArrayList<String>();
        for (int i = 0; i < Registration.MOST_OPEN; i++) {
            try (LateProgram.Asked asked = program.next()) {
                ids.add(asked.id());
            }
        }
        return ids;
    }

    private static List<String> open(Next next) {
        return ((Next.Handles) next).open().stream().map(Next.OpenRequest::id).toList();
    }

    @Test
    void itIsAskedWhenThatIsOver() throws Exception {
        try (var desk = new Desk(folder, new FakeHandler("red"));
                LateProgram program = LateProgram.register(desk)) {
            List<String> ids = ids(program);
            assertThat(open(program.suspend())).containsExactlyInAnyOrderElementsOf(ids);
            desk.call(ROOT, LateProgram.failed(ids.getFirst(), "no"));
            assertThat(program.isAsked()).isFalse();
            program.resume();
            program.next().close();
        }
    }

    @Test
    void itMayEndMeanwhile() throws Exception {
        try (var desk = new Desk(folder, new FakeHandler("red"))) {
            try (LateProgram program = LateProgram.register(desk)) {
                List<String> ids = ids(program);
                program.suspend();
                desk.call(ROOT, LateProgram.failed(ids.getFirst(), "no"));
                assertThat(program.isAsked()).isFalse();
            }
            LateProgram.register(desk).close();
        }
    }
}
