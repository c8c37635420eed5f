package dev.muster.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.network.AddressBlock;
import dev.muster.outgoing.CallableUrls.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which URLs are refused before any name is resolved.
final class CallableUrlsTest {
    private final CallableUrls urls = new CallableUrls(new AddressRules(List.of(), "--webhook-allow"), false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/hook?a=b",
                "HTTPS://example.com:8443",
                "https://93.184.216.34/hook",
                "https://[2606:4700::1111]/hook",
                // This name is resolved only when a connection is made.
                "https://internal.example.com/"
            })
    void publicUrlsAreAllowed(String url) {
        assertThat(urls.problem(url)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'', MALFORMED",
        "/hook, MALFORMED",
        "https:example.com, MALFORMED",
        "https://, MALFORMED",
        "https://exa mple.com, MALFORMED",
        "https://example.com:70000, MALFORMED",
        "https://example.com:0, MALFORMED",
        // Some resolvers read these as 127.0.0.1.
        "https://2130706433/, MALFORMED",
        "https://0x7f000001/, MALFORMED",
        "https://127.1/, MALFORMED",
        "https://[fe80::1%25eth0]/, MALFORMED",
        "http://example.com/, NOT_HTTPS",
        "ftp://example.com/, NOT_HTTPS",
        "https://ada@example.com/, USER_INFO",
        "https://ada:secret@example.com/, USER_INFO",
        "https://example.com/#top, FRAGMENT",
        "https://127.0.0.1/, ADDRESS",
        "https://localhost/, ADDRESS",
        "https://LOCALHOST./, ADDRESS",
        "https://a.localhost/, ADDRESS",
        "https://169.254.169.254/latest/meta-data, ADDRESS",
        "https://10.0.0.1/, ADDRESS",
        "https://[::1]/, ADDRESS",
        "https://[::ffff:10.0.0.1]/, ADDRESS",
        "https://[64:ff9b::a9fe:a9fe]/, ADDRESS"
    })
    void othersAreRefused(String url, Problem problem) {
        assertThat(urls.problem(url)).isEqualTo(problem);
    }

    @Test
    void theSettingsAllowPlainHttpAndNetworks() {
        CallableUrls own =
                new CallableUrls(new AddressRules(List.of(AddressBlock.parse("10.0.0.0/8")), "--webhook-allow"), true);

        assertThat(own.problem("http://10.0.0.1/")).isNull();
        assertThat(own.problem("http://127.0.0.1/")).isEqualTo(Problem.ADDRESS);
        assertThat(own.problem("ftp://10.0.0.1/")).isEqualTo(Problem.NOT_HTTPS);
    }
}
