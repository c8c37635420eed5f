package dev.muster.http.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.http.FaultRenderer;
import dev.muster.http.HttpApi;
import dev.muster.http.ListenException;
import dev.muster.http.ListenerConfig;
import dev.muster.http.Reply;
import dev.muster.http.Route;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Routes requests to handlers and returns their responses, over real connections.
class RoutingTest {

    private static Probe probe;

    @BeforeAll
    static void start() {
        probe = new Probe();
    }

    @AfterAll
    static void stop() {
        probe.close();
    }

    private static Wire.Answer get(String target, String... headers) {
        return Wire.get(probe.port, target, headers);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/users/abc, abc",
        "/v1/users/me, literal",
        "/v1/users/%6de, literal",
        "/v1/%75sers/abc, abc",
        "/v1/users/a%20b, a b",
        "/v1/users/a%2Fb, a/b",
        "/v1/users/a+b, a+b",
        "/v1/users/external:a;b=c, external:a;b=c",
        "/v1/users/email:a%40b.example, email:a@b.example",
        "/v1/users/%C3%A4%F0%9F%98%80, ä😀",
        "/v1/users/.., ..",
        "/v1/users/%E2%82%AC/holds/blocked, €|blocked",
        "http://elsewhere.example/v1/users/abc, abc",
    })
    void parametersAreDecodedAfterTheSplit(String target, String text) {
        assertThat(get(target)).returns(200, Wire.Answer::status).returns(text, Wire.Answer::body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users/%",
                "/v1/users/%4",
                "/v1/users/%zz",
                "/v1/users/%C3",
                "/v1/users/%C0%AF",
                "/v1/users/%ED%A0%80",
                "/v1/users/%F5%80%80%80",
                "/v1/users/a%00b",
                "/v1/query?a=%f",
                "/v1/query?%ff=1",
                "/v1/query?a=%00",
                "/v1/users/abc#fragment",
                "/v1/users/\u00e4",
            })
    void badEncodingIsMalformed(String target) {
        assertThat(get(target))
                .returns(400, Wire.Answer::status)
                .satisfies(answer -> assertThat(answer.body()).contains("\"Malformed\""));
    }

    @Test
    void queryKeepsAllValuesInOrder() {
        assertThat(get("/v1/query?b=1&a=x%20y+z&b=2&c&&d=%2B&e=f=g").body())
                .isEqualTo("b=[1, 2];a=[x y z];c=[];d=[+];e=[f=g];");
        assertThat(get("/v1/query").body()).isEmpty();
        assertThat(get("/v1/query?" + "a=1&".repeat(201)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/nothing, 404, main",
        "/v1, 404, main",
        "/v1/users/, 404, main",
        "/v1/users//holds/blocked, 404, main",
        "/v1/users/abc/, 404, main",
        "/v1x, 404, other",
        "/nothing, 404, other",
        "/outside, 404, other",
        "/, 404, other",
    })
    void unknownPathsGoToTheFaceWithTheLongestBase(String target, int status, String httpApi) {
        Wire.Answer answer = get(target);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type"))
                .startsWith(httpApi.equals("main") ? "application/json" : "text/plain");
        assertThat(answer.header("X-Request-Id")).hasSize(16);
    }

    @Test
    void aWrongMethodNamesTheRightOnes() {
        Wire.Answer answer = Wire.post(probe.port, "/v1/users/abc", "");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, DELETE");
        assertThat(answer.body()).contains("\"MethodNotAllowed\"").contains("POST");
        assertThat(Wire.once(probe.port, Wire.head("OPTIONS", "/v1/users/abc")).status())
                .isEqualTo(405);
        // A route outside its API's base path still uses the format of that API.
        assertThat(get("/outside/token").body()).contains("\"MethodNotAllowed\"");
    }

    @Test
    void outsideItsBaseARouteHasTheWordsOfItsFaceWhateverIsRefused() {
        assertThat(Wire.post(probe.port, "/outside/token?a=%zz", "").body()).contains("\"Malformed\"");
        String tooMuch = "X-Long: " + "x".repeat(20_000);
        assertThat(Wire.post(probe.port, "/outside/token", "", tooMuch).body()).contains("\"HeadersTooLarge\"");
        assertThat(Wire.post(probe.port, "/outside/token?a=b", "", tooMuch).body())
                .contains("\"HeadersTooLarge\"");
        // Neither path has a route, but the second is below the path of one.
        assertThat(get("/outside/to%zz").header("Content-Type")).startsWith("text/plain");
        assertThat(get("/outside/token/?a=%zz").header("Content-Type")).startsWith("application/json");
    }

    @Test
    void headIsGetWithoutABody() {
        try (Wire wire = new Wire(probe.port)) {
            Wire.Answer head = wire.send(Wire.head("HEAD", "/v1/users/abc")).answer(true);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEqualTo("3");
            assertThat(wire.send(Wire.head("HEAD", "/v1/nothing")).answer(true).status())
                    .isEqualTo(404);
            assertThat(wire.send(Wire.head("HEAD", "/v1/stream")).answer(true).status())
                    .isEqualTo(200);
            assertThat(wire.send(Wire.head("GET", "/v1/users/abc")).answer().body())
                    .isEqualTo("abc");
        }
    }

    @Test
    void requestIdsAreTakenOnlyWhenFit() {
        assertThat(get("/v1/users/a", "X-Request-Id: Abc-1.2_3").header("X-Request-Id"))
                .isEqualTo("Abc-1.2_3");
        for (String bad : List.of("a b", "a".repeat(65), "ä", "", "a\"b", "a,b")) {
            assertThat(get("/v1/users/a", "X-Request-Id: " + bad).header("X-Request-Id"))
                    .matches("[A-Za-z0-9_-]{16}")
                    .isNotEqualTo(bad);
        }
        assertThat(get("/v1/users/a").header("X-Request-Id"))
                .isNotEqualTo(get("/v1/users/a").header("X-Request-Id"));
    }

    @Test
    void repliesAreNotStoredUnlessTheySaySo() {
        assertThat(get("/v1/users/a").header("Cache-Control")).isEqualTo("no-store");
        assertThat(get("/v1/nothing").header("Cache-Control")).isEqualTo("no-store");
        assertThat(get("/v1/cached").header("Cache-Control")).isEqualTo("max-age=5");
    }

    @Test
    void headerLinesOfOneNameAreJoined() {
        assertThat(get("/v1/header", "X-Probe: a", "x-pRobe: b").body()).isEqualTo("a, b");
        assertThat(get("/v1/header").body()).isEqualTo("null");
        String here = "http://127.0.0.1:" + probe.port;
        assertThat(get("/v1/where").body()).isEqualTo(here);
        // The address does not depend on the host that the client claims.
        assertThat(Wire.once(
                                probe.port,
                                "GET /v1/where HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil\r\n\r\n")
                        .body())
                .isEqualTo(here);
    }

    @Test
    void aBugIsAnsweredWithoutDetail() {
        Wire.Answer answer = get("/v1/bug");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body())
                .contains("\"Internal\"")
                .contains(answer.header("X-Request-Id"))
                .doesNotContain("secret")
                .doesNotContain("Exception");
    }

    @Test
    void aThrownFaultIsWordedWithItsHeaders() {
        Wire.Answer answer = get("/v1/busy");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isEqualTo("7");
    }

    @Test
    void manyRequestsShareAConnectionAlsoUnasked() {
        try (Wire wire = new Wire(probe.port)) {
            String one = Wire.head("GET", "/v1/users/one");
            String two = Wire.head("POST", "/v1/length", "Content-Length: 5") + "12345";
            wire.send(one + two + one);
            assertThat(wire.answer().body()).isEqualTo("one");
            assertThat(wire.answer().body()).isEqualTo("5");
            assertThat(wire.answer().body()).isEqualTo("one");
        }
    }

    @Test
    void closeIsKept() {
        try (Wire wire = new Wire(probe.port)) {
            wire.send(Wire.head("GET", "/v1/users/one", "Connection: close"));
            assertThat(wire.answer().header("Connection")).isEqualTo("close");
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void noContentHasNone() {
        try (Wire wire = new Wire(probe.port)) {
            Wire.Answer gone = wire.send(Wire.head("DELETE", "/v1/users/a")).answer();
            assertThat(gone.status()).isEqualTo(204);
            assertThat(gone.headers()).doesNotContainKey("content-type");
            assertThat(wire.send(Wire.head("GET", "/v1/users/b")).answer().body())
                    .isEqualTo("b");
        }
    }

    @Test
    void aStreamedReplyArrivesWholeOrBreaks() {
        Wire.Answer answer = get("/v1/stream");
        assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(answer.body().lines().count()).isEqualTo(200_000);
        Wire.Answer stillborn = get("/v1/stillborn-stream");
        assertThat(stillborn.status()).isEqualTo(500);
        assertThat(stillborn.body()).contains("\"Internal\"").contains(stillborn.header("X-Request-Id"));
        assertThatThrownBy(() -> get("/v1/broken-stream")).hasMessageContaining("closed");
    }

    @Test
    void countsByTemplateAndClass() {
        get("/v1/users/counted");
        assertThat(probe.meters
                        .get("http.requests")
                        .tags("face", "main", "method", "GET", "template", "/v1/users/{ref}", "status", "2xx")
                        .timer()
                        .count())
                .isPositive();
    }

    @Test
    void twoRoutesOfOneTemplateDoNotStart() {
        HttpApi httpApi = new HttpApi(
                "twice",
                "",
                List.of(Route.get("/a/{b}", _ -> Reply.of(200)), Route.get("/a/{c}", _ -> Reply.of(200))),
                FaultRenderer.PLAIN);
        assertThatThrownBy(() -> Server.start(
                        new ListenerConfig("x", "127.0.0.1", 0),
                        List.of(httpApi),
                        httpApi,
                        new SimpleMeterRegistry(),
                        probe.log))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("declared twice: GET /a/{c}");
    }

    @Test
    void aTakenPortIsToldInOneLine() {
        assertThatThrownBy(() -> new Probe(new ListenerConfig("main", "127.0.0.1", probe.port)))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + probe.port + ": Address already in use");
        assertThatThrownBy(() -> new Probe(new ListenerConfig("main", "no-such-host.invalid", 1)))
                .isInstanceOf(ListenException.class)
                .hasMessageStartingWith("cannot listen on no-such-host.invalid:1");
    }
}
