package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A password that is easy to guess is refused wherever a password can be set.
@Timeout(300)
class WeakPasswordTest {
    private static final String SOUND = "correct horse battery staple";
    private static final List<String> WEAK =
            List.of("password1234", "aaaaaaaaaaaa", "ada.lovelace1", "acme-acme-acme", "Analytical Engines");

    private static final Pattern LINK =
            Pattern.compile("<code id=\"invitation-link\">http://[^/]+(/console/invitation/[^<]+)</code>");

    @TempDir
    private Path folder;

    @Test
    void isRefusedAtEveryDoor() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            String key;
            try (Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
                key = root.json("POST", "/v1/tenants", Map.of("name", "Analytical Engines", "partnerId", "acme"))
                        .json()
                        .in("environments")
                        .in("test")
                        .text("apiKey");
            }
            try (Client client = new Client(server.address(), key)) {
                for (String weak : WEAK) {
                    refused(client.json("POST", "/v1/operators", operator(weak)));
                }
                assertThat(client.json("POST", "/v1/operators", operator(SOUND)).status())
                        .isEqualTo(201);
                for (String weak : WEAK) {
                    refused(client.json("PUT", "/v1/operators/ada.lovelace/password", Map.of("password", weak)));
                }
            }
            Browser browser = Browser.signedIn(server.address(), "acme", "test", "ada.lovelace", SOUND);
            String operators = "/console/acme/test/operators";
            String invited = browser.send("POST", operators + "/ada.lovelace/invitation", Map.of())
                    .text();
            Matcher link = LINK.matcher(invited);
            assertThat(link.find()).as(invited).isTrue();
            for (String weak : WEAK) {
                Map<String, String> form = Map.of("password", SOUND, "new-password", weak);
                for (String path : List.of(link.group(1), "/console/acme/test/account/password")) {
                    Client.Answer answer = browser.send("POST", path, form);
                    assertThat(answer.status()).as("%s %s", path, weak).isEqualTo(422);
                    assertThat(answer.text()).contains("assword: ", "Choose");
                }
            }
            // None of the weak passwords was set.
            Browser.signedIn(server.address(), "acme", "test", "ada.lovelace", SOUND);
        }
    }

    private static Map<String, String> operator(String password) {
        return Map.of("username", "ada.lovelace", "password", password, "role", "admin");
    }

    private static void refused(Client.Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(422);
        Fields error = answer.json().items("errors").getFirst();
        assertThat(error.text("field")).isEqualTo("password");
        assertThat(error.text("message")).contains("Choose");
    }
}
