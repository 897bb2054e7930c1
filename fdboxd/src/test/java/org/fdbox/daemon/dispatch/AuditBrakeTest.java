package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.fdbox.daemon.dispatch.AuditBrake.Turn;
import org.junit.jupiter.api.Test;

/// So many events of a user in a second, and a count of the rest.
class AuditBrakeTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final AuditBrake brake = new AuditBrake(now::get);

    private void sleep(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void whatIsTooMuchIsCountedAndTheCountIsTold() {
        for (int i = 0; i < AuditBrake.MOST; i++) {
            assertThat(brake.turn(1)).isEqualTo(AuditBrake.TELL);
        }
        sleep(999);
        assertThat(brake.turn(1)).isEqualTo(new Turn(false, true, 0));
        assertThat(brake.turn(1)).isEqualTo(new Turn(false, false, 0));
        assertThat(brake.turn(2)).isEqualTo(AuditBrake.TELL);
        sleep(1);
        assertThat(brake.turn(1)).isEqualTo(new Turn(true, false, 2));
        assertThat(brake.turn(1)).isEqualTo(AuditBrake.TELL);
    }

    @Test
    void usersWithoutNumberForgetNoCount() {
        for (int i = 0; i <= AuditBrake.MOST; i++) {
            brake.turn(7);
        }
        sleep(2000);
        for (int uid = 1000; uid < 5000; uid++) {
            assertThat(brake.turn(uid)).isEqualTo(AuditBrake.TELL);
        }
        assertThat(brake.turn(7)).isEqualTo(new Turn(true, false, 1));
    }
}
