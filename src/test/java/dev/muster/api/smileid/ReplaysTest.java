package dev.muster.api.smileid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Dialects;
import dev.muster.TestServer;
import dev.muster.Transcript;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests replayed signatures, on a database whose clock can be moved. For PostgreSQL, see
/// [EnrolleeEndpointTest#aDeletionTakesASignatureThatNothingElseHasShown] and `directory.ProofsTest`, which wait in
/// real time.
final class ReplaysTest extends SmileIdTest {
    /// The vendor's signature does not cover the body, so a signature can be replayed with another body.
    @Test
    void replays() {
        person("ann");
        person("bob");
        transcript.remark("Anyone who sees a request can reuse its signature, except for a deletion.");
        String first = signed();
        tells(body("ann", "\"active\":false", first));
        tells(body("bob", "\"active\":false", first));
        aWhile();
        tells(body("ann", "\"delete\":true", first));
        tells(body("ann", "\"active\":true,\"delete\":true", first));
        transcript.remark("A deletion with its own signature; repeated; and another deletion with the same signature.");
        String second = signed();
        tells(body("ann", "\"delete\":true", second));
        aWhile();
        tells(body("ann", "\"delete\":true", second));
        tells(body("bob", "\"delete\":true", second));
        transcript.remark(
                "A refused request has carried its signature too, and so has a rehearsed one and a question.");
        later();
        replayed(one -> tells(body("nobody", "\"active\":true", one)));
        replayed(one -> tells(body("bob", "\"active\":true", one), "Muster-Dry-Run: true"));
        replayed(one -> tells(body("bob", "\"delete\":true", one), "Muster-Dry-Run: true"));
        replayed(one -> transcript.tell(
                "POST /smileid/v1/job_status",
                "{\"user_id\":\"bob\",\"job_id\":\"j\",\"partner_id\":\"acme\"," + one + "}",
                JSON));
        transcript.remark("The number and the text of a moment have one signature, and it counts as one.");
        replayed(one -> tells(
                body("bob", "\"active\":true", one.replace("\"" + now() + "\"", Long.toString(now().toEpochMilli())))));
        transcript.remark("Clients that sign whole seconds send more than one request with a signature.");
        tells(body("bob", "\"active\":true", signed()));
        tells(body("bob", "\"delete\":true", signed()));
        check("replays.txt");
    }

    private interface WithSignature {
        void send(String signed);
    }

    /// Sends a request and, a while later, a deletion with the same signature, which must be refused.
    private void replayed(WithSignature request) {
        String signed = signed();
        request.send(signed);
        aWhile();
        assertThat(tells(body("bob", "\"delete\":true", signed)).status()).isEqualTo(401);
        later();
    }

    private String shown(String value, String name) {
        transcript.name(value, name);
        return value;
    }

    /// Makes the transcript show this encoded signature as `<signature>`, and returns it.
    private String named(String encoded) {
        transcript.name(encoded, "<signature>");
        return encoded;
    }

    /// A request uses up its signature even if it is malformed, unreadable, in the wrong environment or without a
    /// route.
    @Test
    void replaysOfTheRefused() {
        person("bob");
        transcript.hideLengths();
        transcript.remark("Each is refused, and then a deletion comes with its signature.");
        replayed(one -> tells(body("bob", "\"delete\":false", one)));
        replayed(one -> tells(
                "{\"partner_id\":\"acme\",\"environment\":\"test\",\"user_id\":\"bob\",\"active\":true," + one + "}"));
        replayed(one -> tells(body("bob", "\"active\":true", one), "Muster-Dry-Run: perhaps"));
        replayed(one -> tells("{\"partner_id\":\"acme\",\"environment\":\"production\",\"email\":\"risk@example.org\","
                + "\"user_id\":\"bob\",\"active\":true," + one + "}"));
        replayed(one -> transcript.tell(UPLOAD, upload("bob", "job-1", 99, "", one), JSON));
        replayed(one -> transcript.tell(UPLOAD, upload("bob", "job-1", 4, "", one), JSON, "If-Match: \"1\""));
        replayed(one -> transcript.tell(STATUS, status("bob", "job-1", ",\"image_links\":\"perhaps\"", one), JSON));
        transcript.remark("Without a route: a slash at the end, another path, another method.");
        String body = "\"active\":true";
        replayed(one -> transcript.tell(ENROLLEE + "/", body("bob", body, one), JSON));
        replayed(one -> transcript.tell("POST /smileid/v2/upload", body("bob", body, one), JSON));
        replayed(one -> transcript.tell("PUT /api/v2/partner/enrollee", body("bob", body, one), JSON));
        replayed(one -> transcript.tell("GET /smileid/v1/job_status", status("bob", "job-1", "", one), JSON));
        replayed(
                one -> transcript.raw("HEAD /api/v2/partner/enrollee?partner_id=acme&timestamp=" + now() + "&signature="
                        + named(signature().replace("+", "%2B").replace("/", "%2F"))
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        replayed(one -> transcript.raw("GET /api/v2/partner/enrollee HTTP/1.1\r\nHost: localhost\r\n"
                + "smileid-partner-id: acme\r\nsmileid-timestamp: " + now() + "\r\nsmileid-request-signature: "
                + signature() + "\r\nConnection: close\r\n\r\n"));
        transcript.remark("Of another type, and broken.");
        replayed(one -> transcript.tell(ENROLLEE, body("bob", body, one), "Content-Type: text/plain"));
        replayed(one -> transcript.tell(
                ENROLLEE,
                "partner_id=acme&timestamp=" + now().toString().replace(":", "%3A") + "&signature="
                        + named(signature()
                                .replace("+", "%2B")
                                .replace("/", "%2F")
                                .replace("=", "%3D")),
                "Content-Type: application/x-www-form-urlencoded"));
        replayed(one -> tells(body("bob", body, one).replaceFirst("}$", "")));
        replayed(one -> {
            String escaped = body("bob", body, one.replace("/", "\\/")) + "}";
            var _ = named(signature().replace("/", "\\/"));
            transcript.name("column " + escaped.length() + ".", "column <its end>.");
            tells(escaped);
        });
        replayed(one -> transcript.tell(UPLOAD, upload("bob", "job-1", 4, "", one) + ",", JSON));
        replayed(one -> transcript.tell(STATUS, "[" + status("bob", "job-1", "", one), JSON));
        transcript.remark("A form with the time as Ruby writes it.");
        String time = now().toString().substring(0, 19).replace('T', ' ') + " +0000";
        String signature = sign(secret, time);
        transcript.tell(
                ENROLLEE,
                "partner_id=acme&timestamp="
                        + shown(
                                time.replace(" ", "~")
                                        .replace("+", "%2B")
                                        .replace(":", "%3A")
                                        .replace("~", "+"),
                                "<time>")
                        + "&signature="
                        + named(signature
                                .replace("+", "%2B")
                                .replace("/", "%2F")
                                .replace("=", "%3D")),
                "Content-Type: application/x-www-form-urlencoded");
        aWhile();
        assertThat(tells(body(
                                "bob",
                                "\"delete\":true",
                                "\"timestamp\":\"" + shown(time, "<time>") + "\",\"signature\":\"" + named(signature)
                                        + "\""))
                        .status())
                .isEqualTo(401);
        later();
        transcript.remark(
                "By its newer name: refused for its path, and for headers that say another thing than the body.");
        replayed(one -> transcript.tell("POST /v2/block-user/", body("bob", body, one), JSON));
        replayed(one -> transcript.tell(
                "POST /v2/block-user", body("bob", body, one), JSON, "smileid-request-signature: other"));
        replayed(one -> transcript.tell(
                "POST /v2/block-user",
                body("bob", body, "\"timestamp\":\"" + now() + "\",\"signature\":\"other\""),
                JSON,
                "smileid-request-signature: " + signature()));
        transcript.remark("With a signature that was shown by nothing else.");
        asks("bob", "\"delete\":true");
        check("replays-of-the-refused.txt");
    }

    /// A request signed for tomorrow is refused today, and tomorrow its signature still counts as used.
    @Test
    void aSignatureForLaterIsRememberedToo() {
        person("bob");
        String tomorrow = now().plus(Duration.ofHours(20)).toString();
        String signed = "\"timestamp\":\"" + tomorrow + "\",\"signature\":\""
                + named("signature for later", secret, tomorrow) + "\"";
        assertThat(tells(body("bob", "\"active\":true", signed)).status()).isEqualTo(401);
        assertThat(transcript
                        .tell(STATUS, status("bob", "job-1", "", signed), JSON)
                        .status())
                .isEqualTo(400);
        advance(Duration.ofHours(20));
        assertThat(tells(body("bob", "\"delete\":true", signed)).status()).isEqualTo(401);
        later();
        assertThat(tells(body("bob", "\"delete\":true", signed())).status()).isEqualTo(200);
    }

    /// The same holds on a server with all dialects: a request without a route is passed to the API whose path is a
    /// prefix of its path.
    @Test
    void theWholeServerRemembersWhatHasNoRoute(@TempDir Path another) {
        try (TestServer whole = new TestServer(
                another,
                this::now,
                30,
                (core, gate, keyGenerator) ->
                        new Dialects(core, gate, keyGenerator, this::now, null, "/api/v1").httpApis())) {
            TestServer.Tenancy acme = whole.makeTenant(PARTNER);
            Transcript wire = new Transcript(whole.port());
            String theirs = acme.testKey().apiSecret();
            for (String noRoute : new String[] {
                ENROLLEE + "/", "PUT /api/v2/partner/enrollee", "POST /v2/block-user/", "POST /smileid/v1/uploads"
            }) {
                String once = signedWith("signature", theirs);
                wire.tell(noRoute, body("bob", "\"active\":true", once), JSON);
                aWhile();
                assertThat(wire.tell(ENROLLEE, body("bob", "\"delete\":true", once), JSON)
                                .status())
                        .as(noRoute)
                        .isEqualTo(401);
                later();
            }
            assertThat(wire.tell(ENROLLEE, body("bob", "\"delete\":true", signedWith("signature", theirs)), JSON)
                            .status())
                    .isEqualTo(404);
        }
    }
}
