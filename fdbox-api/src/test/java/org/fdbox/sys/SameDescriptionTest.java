package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Named.named;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Which descriptors are one open file description, by either of the two calls that know.
@ExtendWith(NoLeak.class)
@ParameterizedClass
@MethodSource("kernels")
class SameDescriptionTest {

    private static final int F_DUPFD_QUERY = 1027;

    @Parameter
    private Kernel kernel;

    private final List<OwnedFd> open = new ArrayList<>();

    static Stream<Named<Kernel>> kernels() {
        return Stream.of(
                named("kcmp", Kernels.replacing(SystemCall.FCNTL, SameDescriptionTest::noQuery)),
                named("F_DUPFD_QUERY", Kernels.always(SystemCall.KCMP, -Errno.ENOSYS)),
                named("F_DUPFD_QUERY in a sandbox", Kernels.always(SystemCall.KCMP, -Errno.EPERM)));
    }

    private static long noQuery(SystemCall call, long a, long b, long c, long d, long e, long f) {
        return b == F_DUPFD_QUERY ? -Errno.EINVAL : Kernel.SYSTEM.call(call, a, b, c, d, e, f);
    }

    @AfterEach
    void close() {
        open.forEach(OwnedFd::close);
    }

    private OwnedFd keep(OwnedFd fd) {
        OwnedFd kept = Kernels.through(kernel, fd);
        open.add(kept);
        return kept;
    }

    private Map<OwnedFd, OwnedFd> aliases(OwnedFd... descriptors) {
        requireOneOfBoth();
        return SameDescription.aliases(List.of(descriptors));
    }

    /// Linux 6.10 and later.
    private void requireOneOfBoth() {
        try (OwnedFd probe = Memfd.create("x")) {
            int number = probe.number();
            long self = ProcessHandle.current().pid();
            boolean compares = kernel.call(SystemCall.KCMP, self, self, 0, number, number) >= 0;
            boolean queries = kernel.call(SystemCall.FCNTL, number, F_DUPFD_QUERY, number) >= 0;
            Assumptions.assumeTrue(compares || queries, "this kernel has neither kcmp nor F_DUPFD_QUERY");
        }
    }

    @Test
    void nothingAndOneHaveNoAliases() {
        assertThat(aliases()).isEmpty();
        assertThat(aliases(keep(Memfd.create("x")))).isEmpty();
    }

    @Test
    void aDuplicateIsAnAliasOfTheFirst() {
        OwnedFd first = keep(Memfd.create("x"));
        OwnedFd other = keep(Memfd.create("x"));
        OwnedFd second = keep(first.dup());
        OwnedFd third = keep(second.dup());
        assertThat(aliases(first, other, second, third)).containsOnly(Map.entry(second, first),
                Map.entry(third, first));
        assertThat(aliases(third, other, first)).containsOnly(Map.entry(first, third));
    }

    @Test
    void twoOpeningsOfOneInodeAreNoAliases() {
        OwnedFd memfd = keep(Memfd.create("x"));
        OwnedFd again = keep(OpenFile.reopen(memfd, OpenFlags.RDWR));
        OwnedFd copy = keep(again.dup());
        assertThat(aliases(memfd, again, copy)).containsOnly(Map.entry(copy, again));
    }

    /// All of them share one inode.
    @Test
    void twoCountersAreNoAliases() {
        OwnedFd one = keep(EventFd.create(0, false, false));
        OwnedFd two = keep(EventFd.create(0, false, false));
        OwnedFd copy = keep(two.dup());
        assertThat(aliases(one, two, copy)).containsOnly(Map.entry(copy, two));
    }

    @Test
    void theEndsOfAPipeAreNoAliases() {
        Pipe.Ends pipe = Pipe.create();
        assertThat(aliases(keep(pipe.read()), keep(pipe.write()))).isEmpty();
    }

    @Test
    void aDescriptorThatWentThroughASocketIsAnAlias() throws Exception {
        OwnedFd first = keep(Memfd.create("x"));
        try (var pair = UnixSocket.pair();
                var courier = Courier.nonBlocking();
                var reader = new FrameReader(10)) {
            courier.send(pair.one(), new byte[1], 0, List.of(first));
            courier.receive(pair.other(), reader);
            try (Frame frame = reader.next()) {
                OwnedFd second = keep(frame.descriptors().getFirst());
                assertThat(aliases(first, second)).containsOnly(Map.entry(second, first));
            }
        }
    }

    @Test
    void amongAThousandEveryAliasIsFoundAndNoOther() {
        var random = new Random(42);
        var expected = new HashMap<OwnedFd, OwnedFd>();
        var firsts = new ArrayList<OwnedFd>();
        var all = new OwnedFd[1000];
        for (int i = 0; i < all.length; i++) {
            OwnedFd first = firsts.isEmpty() || random.nextBoolean()
                    ? null
                    : firsts.get(random.nextInt(firsts.size()));
            all[i] = keep(first == null ? Memfd.create("x") : first.dup());
            if (first == null) {
                firsts.add(all[i]);
            } else {
                expected.put(all[i], first);
            }
        }
        assertThat(aliases(all)).isEqualTo(expected);
        assertThat(Arrays.stream(all)).allMatch(OwnedFd::isOpen);
    }

    @Test
    void withoutEitherCallItIsAnError() {
        Kernel old = (call, a, b, c, d, e, f) -> call == SystemCall.KCMP
                ? -Errno.ENOSYS
                : call == SystemCall.FCNTL ? noQuery(call, a, b, c, d, e, f)
                : Kernel.SYSTEM.call(call, a, b, c, d, e, f);
        OwnedFd one = keep(Memfd.create("x"));
        try (OwnedFd first = Kernels.through(old, one.dup());
                OwnedFd second = Kernels.through(old, one.dup())) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> SameDescription.aliases(List.of(first, second)))
                    .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.EINVAL));
        }
    }
}
