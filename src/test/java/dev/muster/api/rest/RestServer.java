package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.TestDatabase;
import dev.muster.TestOutgoing;
import dev.muster.TestPlaces;
import dev.muster.TestServer;
import dev.muster.Transcript;
import dev.muster.directory.AllTenants;
import dev.muster.directory.Core;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.callbacks.CallbackFormat;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.http.HttpApi;
import dev.muster.http.ListenerConfig;
import dev.muster.http.engine.AccessLog;
import dev.muster.http.engine.Server;
import dev.muster.model.Change;
import dev.muster.model.JobCommand;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.job.Evidence;
import dev.muster.model.value.Digest;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.MasterKeys;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.KeyGenerator;
import dev.muster.security.Passwords;
import dev.muster.security.RemoteClient;
import dev.muster.security.SecurityLog;
import dev.muster.security.limit.AttemptLimit;
import dev.muster.security.limit.SignInThrottle;
import dev.muster.storage.Database;
import dev.muster.testing.IgnoringListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// A server that has only Muster's own API, with a real database and the setup of `serve`.
final class RestServer implements AutoCloseable {
    static final String ROOT = "Authorization: Bearer root-key-of-a-test";
    static final String JSON = "Content-Type: application/json";

    private final Database database;
    private final Core core;
    private final Authenticator authenticator;
    private final RestApi rest;
    private final SecurityLog securityLog;
    private final AccessLog log;
    private final Server server;
    private WireCheck document;

    RestServer(Path folder, int failedAttempts) {
        SecureRandom random = new SecureRandom();
        InstantSource clock = InstantSource.system();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        database = TestDatabase.in(folder);
        core = Core.open(
                database,
                new Core.Settings(
                        1,
                        MasterKeys.createFile(folder.resolve("master.key"), random),
                        CheckpointKey.loadOrCreate(folder.resolve("checkpoint.key"), random),
                        null,
                        TestPlaces.in(folder),
                        clock,
                        random,
                        TestOutgoing.none()),
                (_, _) -> {});
        securityLog = new SecurityLog(new byte[SecurityLog.KEY_BYTES], clock);
        authenticator = new Authenticator(
                core.credentials(),
                core.tokenFamilies(),
                new Passwords(TestServer.CHEAP, random),
                sha256("root-key-of-a-test"),
                new AttemptLimit(failedAttempts, Duration.ofMinutes(1), 100, System::nanoTime),
                new SignInThrottle(System::nanoTime),
                securityLog,
                clock,
                random);
        KeyGenerator keyGenerator = new KeyGenerator(random);
        rest = new RestApi(core, AllTenants.of(core), authenticator, keyGenerator, null);
        HttpApi httpApi = RestApi.of(core, authenticator, keyGenerator, null);
        log = new AccessLog(meters);
        server = Server.start(new ListenerConfig("test", "127.0.0.1", 0), List.of(httpApi), httpApi, meters, log);
    }

    /// Returns the OpenAPI document that responses are checked against.
    WireCheck document() {
        if (document == null) {
            document = new WireCheck(
                    new Transcript(port()).quietly("GET /openapi.json", null).body());
        }
        return document;
    }

    List<RestApi.Row> routes() {
        return rest.table();
    }

    /// Starts sending callbacks.
    void startCallbacks(CallbackFormat format, OutgoingHttp http) {
        core.startCallbacks(format, TestOutgoing.courier(http));
    }

    int port() {
        return server.port();
    }

    /// A new tenant.
    ///
    /// @param test the header line with the admin key of its test realm
    /// @param production the header line with the admin key of its production realm
    record Tenant(String test, String production) {}

    /// Creates a tenant and returns the header line with the admin key of its test realm. Transcripts show the key
    /// as `<admin key>`.
    String tenant(Transcript transcript, String partnerId) {
        return makeTenant(transcript, partnerId).test();
    }

    /// Like [#tenant], but also returns the key of the production realm, which is shown as `<production key>` in
    /// transcripts.
    Tenant makeTenant(Transcript transcript, String partnerId) {
        Transcript.Answer made = transcript.quietly(
                "POST /v1/tenants", "{\"name\":\"" + partnerId + "\",\"partnerId\":\"" + partnerId + "\"}", ROOT, JSON);
        if (made.status() != 201) {
            throw new IllegalStateException(made.body());
        }
        String of = partnerId.equals("other") ? " of another realm" : "";
        String test = made.field("apiKey");
        String production = made.field("production", "apiKey");
        transcript.name(test, "<admin key" + of + ">");
        transcript.name(production, "<production key" + of + ">");
        return new Tenant("Authorization: Bearer " + test, "Authorization: Bearer " + production);
    }

    /// Submits a job with an evidence file, as an upload would.
    ///
    /// @param credential a header line with a key
    void submit(String credential, JobCommand.SubmitJob job, String file) throws IOException {
        Caller caller = unlessRefused(authenticator.bearer(
                credential.substring(credential.indexOf(' ') + 1),
                new RemoteClient(InetAddress.getLoopbackAddress(), "test", new IgnoringListener())));
        long realm = caller.realm().id();
        try (EvidenceFiles.Sink sink = unlessRefused(core.evidence().take(realm, 0))) {
            Evidence evidence = unlessRefused(sink.fill(out -> out.write(file.getBytes(StandardCharsets.UTF_8))));
            JobCommand.SubmitJob submit = new JobCommand.SubmitJob(job.job(), job.token(), evidence);
            Result<Change> result = core.directory()
                    .execute(new WriteRequest(
                            realm,
                            new Write(caller.actor(), null, List.of(submit), null),
                            new Origin("test", "test", null),
                            null,
                            false,
                            0));
            sink.settle(result);
            unlessRefused(result);
        }
    }

    private static Digest sha256(String text) {
        try {
            return new Digest(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        log.close();
        securityLog.close();
        core.close();
        database.close();
    }
}
