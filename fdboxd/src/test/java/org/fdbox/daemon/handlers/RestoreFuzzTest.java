package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.FuzzFolder;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/// Any object as the saved properties of an entry whose contents are "A": of the kinds that need nothing of the machine to be made
/// again. The field "compatible" says which.
class RestoreFuzzTest {

    private static final Map<String, PreservingHandler> HANDLERS = Stream.of(
            new EventFdHandler(), new TimerFdHandler(), new SignalFdHandler(), new PipeHandler(),
            new MemfdHandler())
            .collect(Collectors.toMap(PreservingHandler::compatible, Function.identity()));

    private static FuzzFolder folder;
    private static OwnedFd contents;

    @BeforeAll
    static void open() throws Exception {
        folder = new FuzzFolder();
        contents = Fds.memfd("A");
    }

    @AfterAll
    static void close() throws Exception {
        contents.close();
        folder.close();
    }

    static Stream<byte[]> seeds() {
        return Stream.of(
                input("fdbox,eventfd-v1",
                        "\"count\":\"7\",\"semaphore\":true,\"flags\":[\"rdwr\",\"nonblock\"]"),
                input("fdbox,signalfd-v1", "\"mask\":\"0000000000004002\",\"flags\":[\"rdwr\"]"),
                input("fdbox,pipe-v1",
                        "\"end\":\"read\",\"pipe\":5,\"capacity\":65536,\"flags\":[\"rdonly\"]"),
                input("fdbox,memfd-v1",
                        "\"memfdName\":\"ram\",\"size\":1,\"seals\":[\"shrink\"],\"position\":1,\"flags\":[\"rdwr\"],"
                                + "\"mode\":\"0700\",\"owner\":0,\"group\":0"),
                input("fdbox,timerfd-v1",
                        "\"clock\":\"monotonic\",\"flags\":[\"rdwr\"],\"intervalNSec\":0,\"remainingNSec\":5,"
                                + "\"ticks\":\"0\",\"absolute\":false,\"cancelOnSet\":false,\"clockNSec\":1,\"realtimeNSec\":1,\"bootId\":\"x\""));
    }

    private static byte[] input(String compatible, String properties) {
        return ("{\"compatible\":\"" + compatible + "\"," + properties + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /// It is made, or refused with a reason; nothing else stays open.
    @MethodSource("seeds")
    @FuzzTest(maxExecutions = 30_000)
    void isMadeOrRefused(byte[] bytes) {
        Map<String, Object> properties;
        try {
            properties = new LinkedHashMap<>(Json.readObject(bytes));
        } catch (Malformed none) {
            return;
        }
        PreservingHandler handler = HANDLERS.get(String.valueOf(properties.remove("compatible")));
        if (handler == null) {
            return;
        }
        int free = FuzzFolder.freeNumber();
        try (var restoring = new Restoring();
                OwnedFd made = restoring.restore(handler, new Restoring.Saved(properties, contents))) {
            assertThat(made.isOpen()).isTrue();
        } catch (HandlerRefusal refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
        assertThat(FuzzFolder.freeNumber()).isEqualTo(free);
    }
}
