package dev.muster.api.rest;

import static dev.muster.api.rest.RestServer.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Base class of the tests that record transcripts of Muster's own API. Each test gets a new server and tenant.
abstract class RestTest {
    static final Path GOLDEN = Path.of("src/test/resources/golden/rest");
    static final String PATCH = "Content-Type: application/merge-patch+json";
    static final String NEVER = "0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11";

    private static final int MANY = 1_000;

    RestServer server;
    Transcript t;
    RestServer.Tenant tenant;

    /// The header line with an admin key of the tenant's test realm.
    String admin;

    @BeforeEach
    void begin(@TempDir Path folder) {
        server = new RestServer(folder, MANY);
        t = new Transcript(server.port());
        t.watch(server.document()::check);
        tenant = server.makeTenant(t, "acme");
        admin = tenant.test();
    }

    @AfterEach
    void end() {
        server.close();
    }

    /// Creates an object without recording the request in the transcript, and returns its id.
    String made(String path, String body) {
        Transcript.Answer answer = t.quietly("POST " + path, body, admin, JSON);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.field("id");
    }

    /// Sends a request without recording it in the transcript.
    void done(String line, String body, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = admin;
        Transcript.Answer answer = t.quietly(line, body, all);
        assertThat(answer.status()).as(line + ": " + answer.body()).isLessThan(300);
    }

    /// Creates a key of the test realm and returns its header line.
    String key(String name, String rights) {
        Transcript.Answer answer =
                t.quietly("POST /v1/keys", "{\"name\":\"" + name + "\"," + rights + "}", admin, JSON);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        t.name(answer.field("apiKey"), "<" + name + " key>");
        return "Authorization: Bearer " + answer.field("apiKey");
    }
}
