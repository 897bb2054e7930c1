package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What can be told of a pipe without reading it.
@ExtendWith(NoLeak.class)
class PipeTest {

    @Test
    void itIsWrittenWhileThereIsAWriterOrSomethingWaits() {
        try (Pipe.Ends pipe = Pipe.create()) {
            assertThat(Pipe.isWritten(pipe.read())).isTrue();
            Pipe.write(pipe.write(), new byte[]{1});
            pipe.write().close();
            assertThat(Pipe.isWritten(pipe.read())).isTrue();
            assertThat(Pipe.read(pipe.read(), 9)).as("nothing was consumed").containsExactly(1);
            assertThat(Pipe.isWritten(pipe.read())).isFalse();
        }
    }
}
