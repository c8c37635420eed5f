package dev.muster.api.smileid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Transcript;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients of our own, which sign, upload and confirm as the official clients and the usual ways of each language do.
/// The clock is moved by hours, so these are on SQLite only.
final class OwnClientsTest extends SmileIdTest {
    private static final Duration A_DAY = Duration.ofHours(24);

    /// Longer than a signature over a time without a zone is good for calls that change a user.
    private static final Duration HALF_A_DAY = Duration.ofHours(13);

    /// One way to write and sign a time, and to confirm a signed reply.
    enum Client {
        /// `datetime.now(timezone.utc).isoformat()`.
        PYTHON("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'"),
        /// `datetime.now().isoformat()` eight hours west, as earlier versions have it.
        PYTHON_LOCAL(at -> DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
                .format(LocalDateTime.ofInstant(at, ZoneOffset.ofHours(-8)))),
        /// The same at a moment without microseconds.
        PYTHON_LOCAL_WHOLE_SECOND(at -> LocalDateTime.ofInstant(at, ZoneOffset.ofHours(-8))
                .truncatedTo(ChronoUnit.SECONDS)
                .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME)),
        /// `Instant.now().toString()`, whose clock has milliseconds, microseconds or nanoseconds.
        JAVA_MILLIS(at -> at.truncatedTo(ChronoUnit.MILLIS).toString()),
        JAVA_MICROS(at -> at.plusNanos(123_000).toString()),
        JAVA_NANOS(at -> at.plusNanos(123_456).toString()),
        /// `Time.now.to_s`, where the server's zone is UTC, and where it is another.
        RUBY("uuuu-MM-dd HH:mm:ss '+0000'"),
        RUBY_UTC("uuuu-MM-dd HH:mm:ss 'UTC'"),
        /// `generate_iso_timestamp_signature`.
        RUBY_ISO("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'"),
        /// `format(DateTimeInterface::ATOM)`.
        PHP("uuuu-MM-dd'T'HH:mm:ss'+00:00'"),
        /// `new Date().toISOString()`.
        JAVASCRIPT("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'"),
        /// `Date.now()`, which is sent as it is and signed as `toISOString()`.
        JAVASCRIPT_NUMBER("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", at -> Long.toString(at.toEpochMilli())),
        /// `new Date().toString()`.
        JAVASCRIPT_TEXT("EEE MMM dd uuuu HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'"),
        /// `int(time.time())`, `time()`.
        SECONDS(at -> Long.toString(at.getEpochSecond()), at -> Long.toString(at.getEpochSecond())),
        /// `time.time()`, `microtime(true)`.
        SECONDS_WITH_A_FRACTION(Client::fraction, Client::fraction);

        private final Function<Instant, String> signed;
        private final Function<Instant, String> json;

        Client(String pattern) {
            this(at -> text(pattern, at));
        }

        Client(String pattern, Function<Instant, String> json) {
            this(at -> text(pattern, at), json);
        }

        Client(Function<Instant, String> text) {
            this(text, at -> "\"" + text.apply(at) + "\"");
        }

        /// @param signed the text that is signed
        /// @param json what is sent as `timestamp`
        Client(Function<Instant, String> signed, Function<Instant, String> json) {
            this.signed = signed;
            this.json = json;
        }

        private static String text(String pattern, Instant at) {
            return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(at.atOffset(ZoneOffset.UTC));
        }

        private static String fraction(Instant at) {
            return "%d.%03d".formatted(at.getEpochSecond(), at.toEpochMilli() % 1000);
        }

        boolean isZoned() {
            return this != PYTHON_LOCAL && this != PYTHON_LOCAL_WHOLE_SECOND;
        }

        /// As its own `confirm_signature` does. Java's has the time as an `Instant` by then; JavaScript's throws for
        /// a text that it cannot read as a time.
        boolean confirms(String secret, String timestamp, String signature) {
            String kept = name().startsWith("JAVA_") ? Instant.parse(timestamp).toString() : timestamp;
            return Instant.parse(timestamp).isAfter(Instant.EPOCH)
                    && sign(secret, kept).equals(signature);
        }

        byte[] zip() {
            return name().startsWith("PYTHON") ? Zips.python() : Zips.good();
        }
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

    /// All of it in one second, so that for most of these clients all has one signature.
    @ParameterizedTest
    @EnumSource
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

    /// Python's client makes one signature for each of its objects, and uses it for as long as the object lives.
    @ParameterizedTest
    @EnumSource
    void oneSignatureForManyCallsOverHours(Client client) {
        String signed = signedBy(client);
        submits(client, "ann", "job-0", 4, signed);
        Duration passed = Duration.ZERO;
        for (Duration then :
                new Duration[] {Duration.ofMinutes(16), Duration.ofHours(1), HALF_A_DAY, A_DAY.minusSeconds(1)}) {
            advance(then.minus(passed));
            passed = then;
            submits(client, "ann", "job-" + then.toMinutes(), 2, signed);
            findsPassed(client, "ann", "job-" + then.toMinutes(), signed);
            if (client.isZoned() || !then.minus(HALF_A_DAY).isNegative()) {
                mayChangeNobody(signed);
            }
        }
        // Where the client is, is not known of a time without a zone: twelve hours more are the farthest that it may
        // be.
        advance(client.isZoned() ? Duration.ofSeconds(2) : Duration.ofHours(12));
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
