package dev.muster.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.api.rest.RestApi;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The clients that openapi-generator creates from the served document with its default settings compile and work. The
/// same program gets the same results with all three of them.
final class GeneratedClientsTest {
    private static final String SEEN = """
            me apiKey admin test null
            registered 1 ann@example.org null null {plan=gold} allow
            again true
            rehearsed eve@example.org
            held deny suspended 2099-01-31T12:34:56.789Z allow 2
            hold suspended main chargeback null apiKey
            standing deny 1
            before allow null null
            of email:ann@example.org standing deny null
            of number:99 error null not_found
            page 1,2 3
            page 3 3
            problem 409 409 taken urn:muster:problem:taken email taken
            problem 422 422 invalid urn:muster:problem:invalid email not_an_address
            patched null ann 3
            job passed
            given passed
            entry user.updated apiKey null [Ann Lee, null]
            entry user.hold.placed apiKey chargeback null
            entry user.registered apiKey null [null, Ann Lee]
            exported true
            removed removed
            """;

    private static TestServer server;

    @BeforeAll
    static void generate(@TempDir Path folder) throws Exception {
        server = new TestServer(
                folder,
                InstantSource.system(),
                100,
                (core, gate, keyGenerator) -> List.of(RestApi.of(core, gate, keyGenerator, null)));
        GeneratedClients.generate(GeneratedClients.document(server.port()), "java-native", "java-okhttp", "typescript");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Returns the admin key of the test realm of a new tenant.
    private static String key(String partnerId) {
        return server.makeTenant(partnerId).testKey().apiKey();
    }

    private static String url() {
        return "http://127.0.0.1:" + server.port();
    }

    @Test
    void forTheClientOfTheJdk() throws Exception {
        assertThat(GeneratedClients.runJava("java-native", url(), key("native")))
                .isEqualTo(SEEN);
    }

    /// The result is the same as with the other clients, except that this client cannot clear a field, because Gson
    /// omits nulls.
    @Test
    void forOkHttpAndGson() throws Exception {
        assertThat(GeneratedClients.runJava("java-okhttp", url(), key("okhttp")))
                .isEqualTo(SEEN.replace("patched null ann 3", "patched Ann Lee ann 3")
                        .replace("user.updated apiKey null [Ann Lee, null]", "user.updated apiKey null null"));
    }

    @Test
    void forFetchInTypeScript() throws Exception {
        assertThat(GeneratedClients.runTypeScript("typescript", url(), key("typescript")))
                .isEqualTo(SEEN);
    }
}
