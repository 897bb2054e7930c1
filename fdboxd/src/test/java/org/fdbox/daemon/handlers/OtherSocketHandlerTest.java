package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.SELF;

import java.util.List;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.support.Foreign;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Json;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every socket that nothing can be made of again is held while somebody holds it, and the reason says what it is.
@ExtendWith(NothingLeaks.class)
class OtherSocketHandlerTest {

    private final OtherSocketHandler handler = new OtherSocketHandler();

    @ParameterizedTest(name = "{3}")
    @CsvSource({
        "1, 1, 0, a Unix socket that neither", "1, 5, 0, a Unix socket that neither",
        "1, 2, 0, a datagram Unix socket", "2, 1, 0, a TCP socket that neither",
        "10, 1, 6, a TCP socket that neither",
        "2, 2, 0, a UDP socket that is neither", "10, 3, 58, a raw IP socket", "2, 2, 1, a ping socket",
        "2, 1, 262, a multipath TCP socket", "2, 1, 132, an SCTP socket",
        "2, 2, 136, an IP socket of protocol 136",
        "15, 3, 2, a socket for IPsec keys", "16, 3, 0, a netlink socket", "17, 3, 0, a packet socket",
        "29, 3, 1, a CAN socket",
        "31, 3, 0, a Bluetooth socket", "38, 5, 0, a socket for the kernel's cryptography",
        "40, 1, 0, a vsock socket",
        "44, 3, 0, an XDP socket"
    })
    void saysWhatItIs(int domain, int type, int protocol, String what) throws Exception {
        List<FdHandler> all = HandlerRegistry.handlersOnClassPath();
        try (OwnedFd socket = Foreign.socket(domain, type, protocol)) {
            var facts = new FdFacts(socket);
            assertThat(all.stream().filter(one -> one.recognises(facts)).map(FdHandler::kind))
                    .containsExactly("other-socket");
            assertThat(handler).isNotInstanceOf(PreservingHandler.class);
            var prospect = handler.examine(socket, facts, SELF);
            assertThat(prospect.survival()).isEqualTo(Survival.LIVE).isEqualTo(handler.survival());
            assertThat(prospect.reason()).hasValueSatisfying(reason -> assertThat(reason).startsWith(what));
            assertThat(handler.describe(socket)).containsEntry("domain", (long) domain);
            assertThat(Json.write(handler.describe(socket))).isNotEmpty();
        }
    }
}
