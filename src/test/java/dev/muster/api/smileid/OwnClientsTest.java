package dev.muster.api.smileid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import dev.muster.api.evidence.Zips;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Simulated clients, which sign, upload and confirm in the same way as the official clients and typical code in each
/// language. They run only on SQLite, because the tests move the clock by hours.
final class OwnClientsTest extends SmileIdTest {
    private static final Duration A_DAY = Duration.ofHours(24);

    /// Longer than 12 hours 15 minutes, the time for which a signed time without a zone remains valid for changing
    /// a user.
    private static final Duration THIRTEEN_HOURS = Duration.ofHours(13);

    /// One way to write and sign a time, to create a zip, and to confirm a signed response.
    ///
    /// @param signed the string that is signed
    /// @param json the string sent as `timestamp`
    /// @param zoned whether the string contains its zone
    record Client(String name, Function<Instant, String> signed, Function<Instant, String> json, boolean zoned) {
        static Client of(String name, String pattern) {
            return of(name, at -> text(pattern, at));
        }

        static Client of(String name, Function<Instant, String> text) {
            return new Client(name, text, at -> "\"" + text.apply(at) + "\"", true);
        }

        static Client number(String name, Function<Instant, String> digits) {
            return new Client(name, digits, digits, true);
        }

        Client withoutZone() {
            return new Client(name, signed, json, false);
        }

        /// Confirms a response as the client's `confirm_signature` does. The Java client has already parsed the
        /// time as an `Instant`, and the JavaScript client fails if it cannot parse the time.
        boolean confirms(String secret, String timestamp, String signature) {
            Instant at = Instant.parse(timestamp);
            return sign(secret, name.startsWith("Java,") ? at.toString() : timestamp)
                    .equals(signature);
        }

        byte[] zip() {
            return name.startsWith("Python") ? Zips.python() : Zips.good();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String MILLIS = "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'";
    private static final String MICROS = "uuuu-MM-dd'T'HH:mm:ss.SSSSSS";

    private static String text(String pattern, Instant at) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(at.atOffset(ZoneOffset.UTC));
    }

    private static Instant eightHoursWest(Instant at) {
        return at.minus(Duration.ofHours(8));
    }

    private static Stream<Client> clients() {
        return Stream.of(
                Client.of("Python: datetime.now(timezone.utc).isoformat()", MICROS + "'+00:00'"),
                Client.of(
                                "Python: datetime.now().isoformat(), eight hours west",
                                at -> text(MICROS, eightHoursWest(at)))
                        .withoutZone(),
                Client.of(
                                "Python: the same at a moment without microseconds",
                                at -> text("uuuu-MM-dd'T'HH:mm:ss", eightHoursWest(at)))
                        .withoutZone(),
                Client.of("Java, whose clock has milliseconds", Instant::toString),
                Client.of("Java, microseconds", at -> at.plusNanos(123_000).toString()),
                Client.of("Java, nanoseconds", at -> at.plusNanos(123_456).toString()),
                Client.of("Ruby: Time.now.to_s", "uuuu-MM-dd HH:mm:ss '+0000'"),
                Client.of("Ruby: Time.now.utc.to_s", "uuuu-MM-dd HH:mm:ss 'UTC'"),
                Client.of("Ruby: generate_iso_timestamp_signature", MILLIS),
                Client.of("PHP: DateTimeInterface::ATOM", "uuuu-MM-dd'T'HH:mm:ss'+00:00'"),
                Client.of("JavaScript: new Date().toISOString()", MILLIS),
                Client.of(
                        "JavaScript: new Date().toString()",
                        "EEE MMM dd uuuu HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'"),
                new Client(
                        "JavaScript: Date.now(), signed as toISOString()",
                        at -> text(MILLIS, at),
                        at -> Long.toString(at.toEpochMilli()),
                        true),
                Client.number("whole seconds: time()", at -> Long.toString(at.getEpochSecond())),
                Client.number(
                        "seconds with a fraction: time.time(), microtime(true)",
                        at -> "%d.%03d".formatted(at.getEpochSecond(), at.toEpochMilli() % 1000)));
    }

    private String signedBy(Client client) {
        return "\"timestamp\":" + client.json.apply(now()) + ",\"signature\":\""
                + sign(secret, client.signed.apply(now())) + "\"";
    }

    private Transcript.Answer sends(String line, String body) {
        return transcript.quietly(line, body, JSON);
    }

    private void submits(Client client, String user, String job, int type, String signed) {
        Transcript.Answer reserved = sends(UPLOAD, upload(user, job, type, "", signed));
        assertThat(reserved.status()).as(reserved.body()).isEqualTo(200);
        Transcript.Answer uploaded = transcript.quietlyHand(put(reserved), client.zip(), ZIP);
        assertThat(uploaded.status()).as(uploaded.body()).isEqualTo(200);
    }

    private void findsPassed(Client client, String user, String job, String signed) {
        Transcript.Answer told = sends(STATUS, status(user, job, ",\"history\":true,\"image_links\":true", signed));
        assertThat(told.body()).contains("\"job_success\":true", "\"selfie_image\":\"http");
        assertThat(client.confirms(secret, told.field("timestamp"), told.field("signature")))
                .as("confirms %s", told.field("timestamp"))
                .isTrue();
        assertThat(client.confirms(secret, told.field("result", "timestamp"), told.field("result", "signature")))
                .isTrue();
        assertThat(client.confirms("another secret", told.field("timestamp"), told.field("signature")))
                .isFalse();
    }

    /// All requests are made within one second, during which most of these clients reuse one signature.
    @ParameterizedTest
    @MethodSource("clients")
    void aUsersLife(Client client) {
        String signed = signedBy(client);
        submits(client, "ann", "enrols-ann", 4, signed);
        findsPassed(client, "ann", "enrols-ann", signed);
        submits(client, "ann", "authenticates-ann", 2, signed);
        for (String flag : new String[] {
            "\"active\":false",
            "\"active\":true",
            "\"allow_new_enroll\":true",
            "\"is_fraudulent\":false",
            "\"delete\":true"
        }) {
            Transcript.Answer done = sends(ENROLLEE, body("ann", flag, signed));
            assertThat(done.status()).as(done.body()).isEqualTo(200);
        }
        Transcript.Answer gone = sends(UPLOAD, upload("ann", "another", 2, "", signed));
        assertThat(gone.body()).isEqualTo("{\"error\":\"Enrolled user is deleted\",\"code\":\"2208\"}");
        person("bob");
        aWhile();
        assertThat(sends(ENROLLEE, body("bob", "\"delete\":true", signed)).status())
                .isEqualTo(401);
    }

    /// One signature works for hours, because the Python client creates a signature once per object and uses it for
    /// the object's lifetime.
    @ParameterizedTest
    @MethodSource("clients")
    void oneSignatureForManyCallsOverHours(Client client) {
        String signed = signedBy(client);
        submits(client, "ann", "job-0", 4, signed);
        Duration passed = Duration.ZERO;
        for (Duration then :
                new Duration[] {Duration.ofMinutes(16), Duration.ofHours(1), THIRTEEN_HOURS, A_DAY.minusSeconds(1)}) {
            advance(then.minus(passed));
            passed = then;
            submits(client, "ann", "job-" + then.toMinutes(), 2, signed);
            findsPassed(client, "ann", "job-" + then.toMinutes(), signed);
            if (client.zoned || !then.minus(THIRTEEN_HOURS).isNegative()) {
                mayChangeNobody(signed);
            }
        }
        // A time without a zone does not reveal the client's zone, so it may be off by another twelve hours.
        advance(client.zoned ? Duration.ofSeconds(2) : Duration.ofHours(12));
        for (Transcript.Answer late : new Transcript.Answer[] {
            sends(UPLOAD, upload("ann", "late", 2, "", signed)), sends(STATUS, status("ann", "job-0", "", signed))
        }) {
            assertThat(late.body()).isEqualTo("{\"error\":\"You are not authorized to do that\",\"code\":\"2205\"}");
        }
    }

    private void mayChangeNobody(String signed) {
        assertThat(sends(ENROLLEE, body("ann", "\"active\":false", signed)).status())
                .isEqualTo(401);
        Transcript.Answer wider = sends(UPLOAD, upload("ann", "again", 4, ",\"allow_new_enroll\":true", signed));
        assertThat(wider.body()).isEqualTo("{\"error\":\"You are not authorized to do that\",\"code\":\"2205\"}");
    }
}
