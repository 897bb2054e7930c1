package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.test.support.DaemonProcess;

/// How a daemon ends.
enum Ending {
    SIGTERM {
        @Override
        void end(DaemonProcess daemon) throws Exception {
            assertThat(daemon.terminate()).as("exit status after\n" + daemon.log()).isZero();
        }
    },
    SAVE_AND_SIGKILL {
        @Override
        void end(DaemonProcess daemon) throws Exception {
            try (FdBoxClient client = daemon.client()) {
                client.handover().save(Optional.empty(), _ -> {});
            }
            daemon.kill();
        }
    };

    abstract void end(DaemonProcess daemon) throws Exception;
}
