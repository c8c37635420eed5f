package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.BasePath;
import dev.muster.http.Limits;
import dev.muster.http.ListenerConfig;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests to a server below a base path, through a proxy that strips the base path or one that does not.
class BasePathTest {

    private static Probe probe;

    @BeforeAll
    static void start() {
        probe = new Probe(
                new ListenerConfig("main", "127.0.0.1", 0, null, List.of(), Limits.DEFAULT, new BasePath("/v1"), null));
    }

    @AfterAll
    static void stop() {
        probe.close();
    }

    /// Both kinds of proxy work even if routes begin with the base path: if a path matches a route unchanged, the
    /// server does not strip it.
    @ParameterizedTest
    @CsvSource({
        "/v1/users/a, 200, a",
        "/v1/v1/users/a, 200, a",
        "/v1/user, 200, other",
        "/user, 200, other",
        "/v1/at/n, 200, /v1/v1/x of /v1/at/n",
        "/v1/v1/at/n, 200, /v1/v1/x of /v1/at/n",
        "/v1/at/%C3%BC?x=1, 200, /v1/v1/x of /v1/at/%C3%BC",
    })
    void whetherStrippedOrNot(String target, int status, String body) {
        Wire.Answer answer = Wire.get(probe.port, target);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
    }

    /// A refusal has the format of the API to which the path without the base path belongs.
    @Test
    void refusalsAreOfTheFaceBelow() {
        assertThat(Wire.get(probe.port, "/v1/v1/nothing").body()).contains("\"NoSuchPath\"");
        assertThat(Wire.get(probe.port, "/v1").body()).isEqualTo("There is nothing at this path.\n");
        assertThat(Wire.get(probe.port, "/v1x/users/a").status()).isEqualTo(404);
        assertThat(Wire.get(probe.port, "/v1/v1/v1/users/a").status()).isEqualTo(404);
    }

    @Test
    void isThePathOfTheUrl() {
        assertThat(BasePath.of(null).at("/v1")).isEqualTo("/v1");
        assertThat(BasePath.of(URI.create("https://example.org")).at("/v1")).isEqualTo("/v1");
        assertThat(BasePath.of(URI.create("https://example.org/a/b")).at("/v1")).isEqualTo("/a/b/v1");
    }
}
