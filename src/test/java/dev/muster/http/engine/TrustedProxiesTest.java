package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.http.BasePath;
import dev.muster.http.Limits;
import dev.muster.http.ListenerConfig;
import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which proxies are trusted, and which address in `X-Forwarded-For` counts as the client's.
class TrustedProxiesTest {

    private static final TrustedProxies PROXIES = new TrustedProxies(Stream.of("10.0.0.0/8", "192.168.1.7", "fd00::/8")
            .map(AddressBlock::parse)
            .toList());

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "203.0.113.9 | -                              | 203.0.113.9",
                "203.0.113.9 | 198.51.100.1                   | 203.0.113.9",
                "10.1.2.3    | -                              | 10.1.2.3",
                "10.1.2.3    | 198.51.100.1                   | 198.51.100.1",
                "10.1.2.3    | 1.1.1.1, 198.51.100.1          | 198.51.100.1",
                "10.1.2.3    | 1.1.1.1,198.51.100.1,10.9.9.9  | 198.51.100.1",
                "10.1.2.3    | 10.0.0.1, 10.0.0.2             | 10.0.0.1",
                "10.1.2.3    | 1.1.1.1, unknown               | 10.1.2.3",
                "10.1.2.3    | 1.1.1.1, 10.0.0.2, localhost   | 10.1.2.3",
                "10.1.2.3    | 1.1.1.1, , 10.0.0.2            | 10.0.0.2",
                "10.1.2.3    | 198.51.100.1:4711              | 198.51.100.1",
                "10.1.2.3    | [2001:db8::1]:4711             | 2001:db8::1",
                "10.1.2.3    | 2001:db8::1                    | 2001:db8::1",
                "fd12::1     | 198.51.100.1                   | 198.51.100.1",
                "192.168.1.7 | 198.51.100.1                   | 198.51.100.1",
                "192.168.1.8 | 198.51.100.1                   | 192.168.1.8",
                "10.1.2.3    | ,                              | 10.1.2.3",
            })
    void theRightmostThatIsNotTrusted(String peer, String forwarded, String client) {
        assertThat(PROXIES.client(InetAddress.ofLiteral(peer), forwarded)).isEqualTo(InetAddress.ofLiteral(client));
    }

    @Test
    void overHttp() {
        try (Probe probe = new Probe()) {
            assertThat(Wire.get(probe.port, "/v1/client", "X-Forwarded-For: 198.51.100.1")
                            .body())
                    .isEqualTo("127.0.0.1");
        }
        ListenerConfig trusting = new ListenerConfig(
                "main",
                "127.0.0.1",
                0,
                null,
                List.of(AddressBlock.parse("127.0.0.0/8")),
                Limits.DEFAULT,
                BasePath.ROOT,
                null);
        try (Probe probe = new Probe(trusting)) {
            assertThat(Wire.get(probe.port, "/v1/client", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 198.51.100.1")
                            .body())
                    .isEqualTo("198.51.100.1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "localhost", "::1/129", "1.2.3.4/x"})
    void invalidBlocks(String text) {
        assertThatThrownBy(() -> AddressBlock.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not an address block");
    }

    @Test
    void blocksContainByBits() {
        AddressBlock odd = AddressBlock.parse("10.20.48.0/20");
        assertThat(odd.contains(InetAddress.ofLiteral("10.20.63.255"))).isTrue();
        assertThat(odd.contains(InetAddress.ofLiteral("10.20.64.0"))).isFalse();
        assertThat(AddressBlock.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("8.8.8.8")))
                .isTrue();
        assertThat(AddressBlock.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("::1")))
                .isFalse();
    }
}
