package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What this process knows of itself is what /proc shows to others.
@ExtendWith(NoLeak.class)
class ThisProcessTest {

    private static String found(String file, String pattern) throws Exception {
        var matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
        assertThat(matcher.find()).as("%s in %s", pattern, file).isTrue();
        return matcher.group(1);
    }

    @Test
    void userAndGroupAreTheEffectiveOnes() throws Exception {
        assertThat(ThisProcess.uid())
                .isEqualTo(Integer.parseInt(found("/proc/self/status", "Uid:\\s+\\d+\\s+(\\d+)")));
        assertThat(ThisProcess.gid())
                .isEqualTo(Integer.parseInt(found("/proc/self/status", "Gid:\\s+\\d+\\s+(\\d+)")));
    }

    @Test
    void theLimitIsTheSoftOne() throws Exception {
        String limit = found("/proc/self/limits", "Max open files\\s+(\\d+)");
        assertThat(ThisProcess.descriptorLimit()).isEqualTo(Integer.parseInt(limit));
    }

    @Test
    void openDescriptorsAreCounted() {
        int before = ThisProcess.openDescriptors();
        OwnedFd[] more = Messages.descriptors(5);
        assertThat(ThisProcess.openDescriptors()).isEqualTo(before + 5);
        for (OwnedFd fd : more) {
            assertThat(ThisProcess.hasDescriptor(fd.number())).isTrue();
            fd.close();
        }
        assertThat(ThisProcess.openDescriptors()).isEqualTo(before);
    }

    @Test
    void whatIsNotOpenIsNotThere() {
        assertThat(ThisProcess.hasDescriptor(-1)).isFalse();
        assertThat(ThisProcess.hasDescriptor(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void onlyATerminalIsOne() {
        try (Pipe.Ends pipe = Pipe.create();
                OwnedFd file = OpenFile.open("/dev/null", OpenFlags.RDWR)) {
            assertThat(ThisProcess.isTerminal(pipe.read().number())).isFalse();
            assertThat(ThisProcess.isTerminal(file.number())).isFalse();
            assertThat(ThisProcess.isTerminal(-1)).isFalse();
        }
        try (OwnedFd terminal = OpenFile.open("/dev/ptmx", OpenFlags.RDWR)) {
            assertThat(ThisProcess.isTerminal(terminal.number())).isTrue();
        }
    }

    @Test
    void keepsToItselfUnlessThatClosesItsOwnFdInfo() {
        var set = new ArrayList<Long>();
        Kernel kernel = Kernels.replacing(SystemCall.PRCTL, (_, _, dumpable, _, _, _, _) -> {
            set.add(dumpable);
            return 0;
        });
        assertThat(ThisProcess.keepToItself(kernel, Path.of("/proc/self/fdinfo/0"))).isTrue();
        assertThat(set).containsExactly(0L);
        assertThat(ThisProcess.keepToItself(kernel, Path.of("/proc/self/fdinfo/none"))).isFalse();
        assertThat(set).containsExactly(0L, 0L, 1L);
        Kernel refusing = Kernels.always(SystemCall.PRCTL, -Errno.EPERM);
        assertThat(ThisProcess.keepToItself(refusing, Path.of("/proc/self/fdinfo/0"))).isFalse();
    }

    @Test
    void namespaceAndBootHaveNames() throws Exception {
        assertThat(Namespace.network()).matches("net:\\[\\d+]");
        assertThat(Namespace.bootId())
                .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
    }
}
