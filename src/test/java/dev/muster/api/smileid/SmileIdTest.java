package dev.muster.api.smileid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestDatabase;
import dev.muster.TestServer;
import dev.muster.Transcript;
import dev.muster.api.evidence.Zips;
import dev.muster.http.HttpApi;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Job;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.Caller;
import dev.muster.security.KeyGenerator;
import dev.muster.security.RequestSignatures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Tests the dialect end to end, with a real server and database, and a clock that only the test moves. The exchanges
/// are recorded in src/test/resources/golden/smileid.
abstract class SmileIdTest {
    static final String JSON = "Content-Type: application/json";
    static final String PARTNER = "acme";
    static final String ENROLLEE = "POST /api/v2/partner/enrollee";

    /// The time of all requests until the clock is moved.
    static final String NOW = "2023-02-13T15:07:42.214Z";

    private static final int ATTEMPTS = 30;

    @TempDir
    private Path folder;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    TestServer server;
    TestServer.Tenancy tenancy;
    Transcript transcript;
    Actor admin;
    String secret;

    @BeforeEach
    void start() {
        server = new TestServer(folder, this::now, ATTEMPTS, (core, authenticator, keyGenerator) -> {
            EnrolleeEndpoint enrollees = new EnrolleeEndpoint(core.directory(), authenticator);
            HttpApi jobs = new JobCalls(core, authenticator, keyGenerator, this::now, null).httpApi();
            return List.of(enrollees.httpApi(), enrollees.blockUserFace(), jobs);
        });
        tenancy = server.makeTenant(PARTNER);
        admin = server.actor(tenancy.test(), tenancy.testKey());
        secret = tenancy.testKey().apiSecret();
        transcript = new Transcript(server.port());
        transcript.watch((_, answer) -> mustSurviveAnInstant(answer));
        transcript.name(NOW, NOW);
        nameReplys();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /// Checks that the time of a signed response stays the same when parsed as an `Instant` and formatted again.
    /// The official Java client does this before it computes the signature.
    private static void mustSurviveAnInstant(Transcript.Answer answer) {
        if (answer.body().startsWith("{\"timestamp\":")) {
            String time = answer.field("timestamp");
            assertThat(Instant.parse(time)).hasToString(time);
        }
    }

    final Instant now() {
        return Instant.parse(NOW).plus(ahead.get());
    }

    /// Moves the clock, and registers the new time of responses with the transcript.
    void advance(Duration by) {
        ahead.updateAndGet(by::plus);
        transcript.name(now().toString(), now().toString());
        nameReplys();
    }

    /// Returns the timestamp of a response that the server signs now.
    String replyTime() {
        return ok(server.authenticator()
                        .signatures()
                        .countersign(new Caller(server.credentials().realm(tenancy.test()), admin), PARTNER))
                .timestamp();
    }

    private void nameReplys() {
        boolean production = secret.equals(tenancy.productionKey().apiSecret());
        long realm = production ? tenancy.production() : tenancy.test();
        KeyGenerator.GeneratedKey key = production ? tenancy.productionKey() : tenancy.testKey();
        Caller caller = new Caller(server.credentials().realm(realm), server.actor(realm, key));
        RequestSignatures.ReplySignature reply =
                ok(server.authenticator().signatures().countersign(caller, PARTNER));
        assertThat(reply.signature()).isEqualTo(sign(secret, reply.timestamp()));
        transcript.name(reply.timestamp(), "<the server's time>");
        transcript.name(reply.signature(), "<the server's signature>");
    }

    // Signatures

    /// Signs as the official clients do.
    static String sign(String secret, String timestamp, String partner) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(
                            mac.doFinal((timestamp + partner + "sid_request").getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sign(String secret, String timestamp) {
        return sign(secret, timestamp, PARTNER);
    }

    /// Returns a signature, which the transcript shows by this name.
    String named(String name, String secret, String timestamp) {
        String signature = sign(secret, timestamp);
        transcript.name(signature, "<" + name + ">");
        return signature;
    }

    String signature() {
        return named("signature", secret, now().toString());
    }

    /// Returns the timestamp and signature as fields of a JSON object.
    String signed() {
        return "\"timestamp\":\"" + now() + "\",\"signature\":\"" + signature() + "\"";
    }

    String signedWith(String name, String secret) {
        return "\"timestamp\":\"" + now() + "\",\"signature\":\"" + named(name, secret, now().toString()) + "\"";
    }

    // The enrollee endpoint

    static String body(String userId, String flags, String signed) {
        return "{" + flags + ",\"email\":\"ann@example.com\",\"environment\":\"test\",\"partner_id\":\"acme\"," + signed
                + ",\"user_id\":\"" + userId + "\"}";
    }

    Transcript.Answer tells(String body, String... headers) {
        String[] all = new String[headers.length + 1];
        all[0] = JSON;
        System.arraycopy(headers, 0, all, 1, headers.length);
        return transcript.tell(ENROLLEE, body, all);
    }

    Transcript.Answer asks(String userId, String flags, String... headers) {
        return tells(body(userId, flags, signed()), headers);
    }

    /// Moves the clock, so that later requests have another time and signature.
    void later() {
        advance(Duration.ofMillis(7));
    }

    /// Lets so much time pass that requests may no longer share a signature. On PostgreSQL this really waits,
    /// because the lane uses the database's clock, which a test cannot move.
    void aWhile() {
        if (TestDatabase.isPostgres()) {
            try {
                Thread.sleep(2_100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        advance(Duration.ofMillis(2_001));
    }

    // Test data

    /// Registers a user with this external id and executes the commands.
    User person(String externalId, Command... commands) {
        Identifier id = new Validator().identifier(Identifier.Kind.EXTERNAL_ID, externalId);
        User user = server.execute(
                        tenancy.test(),
                        admin,
                        null,
                        new Command.Register(null, id, null, null, null, null, Tag.USER, null))
                .user();
        return commands.length == 0 ? user : done(user, commands);
    }

    User done(User user, Command... commands) {
        return server.execute(tenancy.test(), admin, UserRef.id(user.id()), commands)
                .user();
    }

    /// Submits a job without HTTP. In the test realm, it gets its verdict immediately.
    Job submitted(String userId, String jobId, int type, Outcome outcome) {
        Identifier user = new Validator().identifier(Identifier.Kind.EXTERNAL_ID, userId);
        JobRequest asked =
                new JobRequest(jobId, new JobType(type), JobCalls.forUser(user), null, null, false, false, outcome);
        return server.execute(tenancy.test(), admin, null, new JobCommand.SubmitJob(asked, null, null))
                .job();
    }

    /// Enrols a user, who is registered first if unknown.
    void enrolled(String userId) {
        submitted(userId, "enrols-" + userId, 4, Outcome.PASSED);
    }

    static Command createKey(KeyGenerator.GeneratedKey key, boolean signs, Instant expiresAt) {
        return new Command.CreateKey(
                key.id(),
                "key",
                Role.ADMIN,
                Role.ADMIN.scopes(),
                Role.ADMIN.rank(),
                signs,
                expiresAt,
                key.textHash(),
                key.apiSecret());
    }

    /// Creates a key of the test realm with only these scopes.
    KeyGenerator.GeneratedKey key(Set<Scope> scopes) {
        KeyGenerator.GeneratedKey key = server.mint().generate(tenancy.test(), Environment.TEST);
        server.execute(
                tenancy.test(),
                Actor.ROOT,
                null,
                new Command.CreateKey(
                        key.id(),
                        "scoped",
                        null,
                        scopes,
                        Role.VIEWER.rank(),
                        true,
                        null,
                        key.textHash(),
                        key.apiSecret()));
        return key;
    }

    Job job(String jobId) {
        return ok(server.jobs().job(admin, tenancy.test(), jobId)).value();
    }

    static <T> T ok(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) -> throw new AssertionError(refusal.toString());
        };
    }

    // The calls about jobs

    static final String UPLOAD = "POST /smileid/v1/upload";
    static final String STATUS = "POST /smileid/v1/job_status";
    static final String ZIP = "Content-Type: application/zip";

    static String upload(String userId, String jobId, Object type, String more, String signed) {
        return "{\"partner_params\":{\"user_id\":\"" + userId + "\",\"job_id\":\"" + jobId + "\",\"job_type\":" + type
                + "},\"smile_client_id\":\"acme\"," + signed + more + "}";
    }

    Transcript.Answer asksToUpload(String userId, String jobId, Object type, String more) {
        return transcript.tell(UPLOAD, upload(userId, jobId, type, more, signed()), JSON);
    }

    static String status(String userId, String jobId, String more, String signed) {
        return "{\"user_id\":\"" + userId + "\",\"job_id\":\"" + jobId + "\",\"partner_id\":\"acme\"," + signed + more
                + "}";
    }

    Transcript.Answer asksFor(String userId, String jobId, String more) {
        return transcript.tell(STATUS, status(userId, jobId, more, signed()), JSON);
    }

    /// Returns the request line for the upload URL in a response.
    String put(Transcript.Answer reserved) {
        return "PUT " + path(reserved.field("upload_url"));
    }

    String path(String url) {
        assertThat(url).startsWith(server.address().toString());
        return url.substring(server.address().toString().length());
    }

    Transcript.Answer puts(Transcript.Answer reserved) {
        return transcript.hand(put(reserved), Zips.good(), "a zip with info.json, card.jpg and selfie.jpg", ZIP);
    }

    void check(String file) {
        transcript.check(Path.of("src/test/resources/golden/smileid", file));
    }
}
