package dev.muster.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testing.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests the receivers of docs/receiving-webhooks.md with requests that the tests sign according to Standard Webhooks.
@Timeout(180)
final class ReceiversTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    private static final Path GUIDE = Path.of("docs/receiving-webhooks.md");

    private static final String HELD = """
            {"id":"evt_7_12_s","type":"user.standing.changed","timestamp":"2026-11-28T14:00:00.123Z","data":{"seq":12,\
            "environment":"test","subject":{"type":"user","id":"01940e0c-2a51-7b3e-9c4d-5f60718293a4","number":7},\
            "standing":{"before":{"decision":"allow","status":"active"},\
            "after":{"decision":"deny","status":"suspended"}},"version":5,"erased":false}}""";
    private static final String HELD_LINE = "user 01940e0c-2a51-7b3e-9c4d-5f60718293a4: deny, suspended";

    private static final String PING = """
            {"id":"ping_7_1","type":"webhook.ping","timestamp":"2026-11-28T14:00:00.123Z",\
            "data":{"webhookId":"01940e0c-2a51-7b3e-9c4d-5f60718293a4"}}""";

    /// The receivers that the guide explains.
    enum Kind {
        NODE,
        JAVA;

        ReceiverProcess start(Path folder, String secret) {
            return start(folder, FreePort.find(), secret);
        }

        ReceiverProcess start(Path folder, int port, String secret) {
            return switch (this) {
                case NODE -> ReceiverProcess.node(folder, port, secret);
                case JAVA -> ReceiverProcess.java(folder, port, secret);
            };
        }
    }

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @EnumSource
    void storesAndHandlesEachEventOnce(Kind kind) throws Exception {
        try (ReceiverProcess receiver = kind.start(folder, SECRET)) {
            Path done = receiver.inbox().resolve("done");
            assertThat(post(receiver, "evt_7_12_s", HELD, SECRET)).isEqualTo(204);
            receiver.await(() -> receiver.lines().contains(HELD_LINE));
            receiver.await(() -> ReceiverProcess.names(done).equals(List.of("0000000000000012-evt_7_12_s")));

            assertThat(post(receiver, "evt_7_12_s", HELD, SECRET))
                    .as("a repetition")
                    .isEqualTo(204);
            String unknown =
                    HELD.replace("user.standing.changed", "user.later.added").replace("12_s", "13");
            assertThat(post(receiver, "evt_7_13", unknown, SECRET))
                    .as("an unknown type")
                    .isEqualTo(204);
            receiver.await(() -> ReceiverProcess.names(done).size() == 2);
            assertThat(receiver.lines()).containsOnlyOnce(HELD_LINE);
            assertThat(Files.readString(done.resolve("0000000000000012-evt_7_12_s")))
                    .isEqualTo(HELD);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesOnlyWhatItsSecretHasSignedJustNow(Kind kind) throws Exception {
        try (ReceiverProcess receiver = kind.start(folder, SECRET)) {
            assertThat(post(receiver, "evt_7_12_s", HELD, OTHER)).isEqualTo(401);
            assertThat(post(receiver, "evt_7_12_s", HELD + " ", signature("evt_7_12_s", now(), HELD, SECRET), now()))
                    .as("another body")
                    .isEqualTo(401);
            long early = now() - 600;
            assertThat(post(receiver, "evt_7_12_s", HELD, signature("evt_7_12_s", early, HELD, SECRET), early))
                    .as("an old one")
                    .isEqualTo(401);
            assertThat(http.send(HttpRequest.newBuilder(receiver.url()).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(405);
            assertThat(post(receiver, "evt_7_12_s", "x".repeat((1 << 20) + 1), "v1,", now()))
                    .isEqualTo(413);
            assertThat(ReceiverProcess.names(receiver.inbox())).isEmpty();
            assertThat(ReceiverProcess.names(receiver.inbox().resolve("done"))).isEmpty();

            String both =
                    signature("evt_7_12_s", now(), HELD, OTHER) + " " + signature("evt_7_12_s", now(), HELD, SECRET);
            assertThat(post(receiver, "evt_7_12_s", HELD, both, now()))
                    .as("during a rotation")
                    .isEqualTo(204);
        }
    }

    /// A receiver handles every event that it has acknowledged, even if it is killed in between.
    @ParameterizedTest
    @EnumSource
    void resumesFromTheStoredState(Kind kind) throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(inbox.resolve("0000000000000012-evt_7_12_s"), HELD);
        // This file was only half written when the receiver was killed.
        Files.writeString(inbox.resolve(".0000000000000013-evt_7_13-1"), "{");
        try (ReceiverProcess receiver = kind.start(folder, SECRET)) {
            receiver.await(() -> receiver.lines().contains(HELD_LINE));
            assertThat(post(receiver, "evt_7_12_s", HELD, SECRET)).isEqualTo(204);
            receiver.await(() -> ReceiverProcess.names(inbox).equals(List.of(".0000000000000013-evt_7_13-1")));
            assertThat(receiver.lines()).containsOnlyOnce(HELD_LINE);
        }
    }

    @Test
    void debiansWebhookChecksTheBodyWithItsRule() throws Exception {
        try (ReceiverProcess receiver = ReceiverProcess.webhook(folder, FreePort.find(), SECRET)) {
            assertThat(post(receiver, "evt_7_12_s", HELD, OTHER)).isEqualTo(500);
            assertThat(post(receiver, "evt_7_12_s", HELD, SECRET)).isEqualTo(200);
            assertThat(post(receiver, "evt_7_12_s", HELD, SECRET))
                    .as("a repetition")
                    .isEqualTo(200);
            assertThat(Files.readString(receiver.inbox().resolve("events.txt")))
                    .isEqualTo("user.standing.changed 01940e0c-2a51-7b3e-9c4d-5f60718293a4 deny\n");
            assertThat(post(receiver, "ping_7_1", PING, SECRET)).as("a ping").isEqualTo(200);
            HttpRequest unsigned = HttpRequest.newBuilder(receiver.url())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(HELD))
                    .build();
            assertThat(http.send(unsigned, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .as("without the header")
                    .isEqualTo(401);
        }
    }

    /// The id becomes part of a file name, so it must not contain a path.
    @ParameterizedTest
    @EnumSource
    void anIdThatLeavesTheInboxIsRefused(Kind kind) throws Exception {
        try (ReceiverProcess receiver = kind.start(folder, SECRET)) {
            String body = HELD.replace("evt_7_12_s", "../../outside");
            assertThat(post(receiver, "evt_7_12_s", body, SECRET)).isEqualTo(400);
            assertThat(folder.resolve("outside")).doesNotExist();
            assertThat(post(receiver, "ping_7_1", PING, SECRET)).isEqualTo(204);
        }
    }

    /// The code in the guide must be equal to the files that these tests run. With `-Dmuster.golden.write=true`,
    /// the test copies it into the guide.
    @Test
    void theGuideShowsTheseFiles() throws IOException {
        String guide = Files.readString(GUIDE);
        Matcher place = Pattern.compile("<!-- file: (\\S+) -->\n```(\\w+)\n.*?```\n", Pattern.DOTALL)
                .matcher(guide);
        String expected = place.replaceAll(found -> {
            try {
                String content = Files.readString(GUIDE.resolveSibling(found.group(1)));
                return Matcher.quoteReplacement(
                        "<!-- file: " + found.group(1) + " -->\n```" + found.group(2) + "\n" + content + "```\n");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        if (Boolean.getBoolean("muster.golden.write")) {
            Files.writeString(GUIDE, expected);
        } else {
            assertThat(guide).isEqualTo(expected).contains("class Receiver", "createServer", "payload-hmac-sha256");
        }
    }

    /// The guide names the versions with which the receivers are tested.
    @Test
    void theGuideNamesTheTestedVersions() throws IOException {
        String pom = Files.readString(ReceiverProcess.SOURCES.resolve("java/pom.xml"));
        Matcher dependency = Pattern.compile(
                        "<artifactId>([a-z-]+)</artifactId>\\s*<version>([0-9.]+)</version>\\s*</dep")
                .matcher(pom);
        int count = 0;
        for (; dependency.find(); count++) {
            assertThat(Path.of("target/generated-clients/lib/receiver")
                            .resolve(dependency.group(1) + "-" + dependency.group(2) + ".jar"))
                    .exists();
        }
        assertThat(count).isEqualTo(2);
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private int post(ReceiverProcess receiver, String id, String body, String secret) throws Exception {
        return post(receiver, id, body, signature(id, now(), body, secret), now(), secret);
    }

    private int post(ReceiverProcess receiver, String id, String body, String signature, long time) throws Exception {
        return post(receiver, id, body, signature, time, SECRET);
    }

    private int post(ReceiverProcess receiver, String id, String body, String signature, long time, String secret)
            throws Exception {
        URI url = receiver.url();
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(time))
                .header("webhook-signature", signature)
                .header("Muster-Signature-256", "sha256=" + HexFormat.of().formatHex(hmac(key, body)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static String signature(String id, long time, String body, String secret) throws Exception {
        byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        return "v1," + Base64.getEncoder().encodeToString(hmac(key, id + "." + time + "." + body));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
