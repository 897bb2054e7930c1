package org.fdbox.daemon.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Errno;
import org.fdbox.sys.FakeLiveUpdate;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever the kernel refuses, contents are in their files.
@ExtendWith(NothingLeaks.class)
class RefusedByTheKernelTest {

    @TempDir
    Path folder;

    private Machine machine;

    @BeforeEach
    void start() {
        machine = new Machine(folder);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOENT, Errno.EACCES, Errno.EBUSY, Errno.EIO, Errno.EMFILE})
    void aDeviceThatCannotBeOpenedLeavesTheFiles(int errno) throws Exception {
        machine.kernel.fail(FakeLiveUpdate.OPEN, errno);
        machine.save("one", "two");
        assertThat(machine.kernel.left()).isEmpty();
        machine.requireBack("one", "two");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EEXIST, Errno.ENOMEM, Errno.EBUSY})
    void aSessionThatCannotBeMadeLeavesTheFiles(int errno) throws Exception {
        machine.kernel.fail(FakeLiveUpdate.CREATE_SESSION, errno);
        machine.save("one", "two");
        assertThat(machine.kernel.left()).isEmpty();
        machine.requireBack("one", "two");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EBUSY, Errno.EEXIST, Errno.ENOENT, Errno.ENOMEM, Errno.EOPNOTSUPP, Errno.EIO})
    void whatTheKernelRefusesIsInItsFileAndTheRestInBoth(int errno) throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "one", "two", "three");
            machine.kernel.fail(FakeLiveUpdate.PRESERVE_FD, 0, errno, 0);
            assertThat(desk.save().leftOut().orElseThrow()).isEmpty();
            assertThat(machine.kernel.preserved().values()).containsExactly(2);
            machine.kernel.kexec();
        }
        machine.requireBack("one", "two", "three");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.EBUSY, Errno.EACCES, Errno.ENOENT, Errno.EMFILE})
    void aDeviceThatCannotBeOpenedAtRecoveryLeavesTheFiles(int errno) throws Exception {
        machine.save("one");
        machine.kernel.fail(FakeLiveUpdate.OPEN, errno);
        try (Desk desk = machine.desk()) {
            assertThat(desk.text("b", "a")).isEqualTo("one");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, Errno.ENOENT, Errno.EMFILE})
    void aSessionThatCannotBeRetrievedLeavesTheFiles(int errno) throws Exception {
        machine.save("one");
        machine.kernel.fail(FakeLiveUpdate.RETRIEVE_SESSION, errno);
        try (Desk desk = machine.desk()) {
            assertThat(desk.text("b", "a")).isEqualTo("one");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOENT, Errno.EIO, Errno.EINVAL, Errno.ENOMEM, Errno.EMFILE})
    void aFileThatCannotBeRetrievedIsReadFromDisk(int errno) throws Exception {
        machine.save("one", "two");
        machine.kernel.fail(FakeLiveUpdate.RETRIEVE_FD, errno);
        machine.requireBack("one", "two");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EBUSY, Errno.EINVAL})
    void aSessionThatCannotBeFinishedIsClosed(int errno) throws Exception {
        machine.save("one");
        machine.kernel.fail(FakeLiveUpdate.FINISH, errno);
        machine.requireBack("one");
    }

    @Test
    void holesThatWouldTakeTooMuchMemoryStayHoles() throws Exception {
        try (Desk desk = machine.desk(); OwnedFd memfd = Memfd.create("vast")) {
            OpenFile.truncate(memfd, 1L << 40);
            Contents.write(memfd, "data".getBytes(), 0);
            desk.box("b", memfd);
            desk.seal("b");
            desk.save();
            assertThat(machine.kernel.preserved()).isEmpty();
            assertThat(Stat.of(memfd).allocated()).isEqualTo(4096);
            machine.kernel.kexec();
        }
        try (Desk desk = machine.desk(); OwnedFd back = desk.peek("b", "a").orElseThrow()) {
            assertThat(Stat.of(back).size()).isEqualTo(1L << 40);
            assertThat(new String(Contents.read(back, 0, 4))).isEqualTo("data");
        }
    }

    @Test
    void aSessionThatIsFullFromTheStartIsNotFollowedByAnother() throws Exception {
        machine.kernel.mostFiles = 0;
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "1", "2");
            desk.save();
            assertThat(machine.kernel.preserved()).isEmpty();
            machine.kernel.kexec();
        }
        machine.requireBack("1", "2");
    }

    @Test
    void aFullSessionIsFollowedByAnother() throws Exception {
        machine.kernel.mostFiles = 2;
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "1", "2", "3", "4", "5");
            desk.save();
            assertThat(machine.kernel.preserved().values()).containsExactly(2, 2, 1);
            machine.kernel.kexec();
        }
        machine.deletePayloads();
        machine.requireBack("1", "2", "3", "4", "5");
    }
}
