package dev.muster.api.rest;

import dev.muster.Transcript;
import dev.muster.directory.Core;
import dev.muster.http.AccessLog;
import dev.muster.http.Face;
import dev.muster.http.Listening;
import dev.muster.http.Server;
import dev.muster.model.Digest;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.MasterKeys;
import dev.muster.security.AttemptLimit;
import dev.muster.security.Gate;
import dev.muster.security.KeyMint;
import dev.muster.security.Passwords;
import dev.muster.storage.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// This API alone, over a real register on a real SQLite file, as `serve` puts it together.
final class RestServer implements AutoCloseable {
    static final String ROOT = "Authorization: Bearer root-key-of-a-test";
    static final String JSON = "Content-Type: application/json";

    private final Database database;
    private final Core core;
    private final RestFace rest;
    private final AccessLog log;
    private final Server server;

    RestServer(Path folder, int failedAttempts) {
        SecureRandom random = new SecureRandom();
        InstantSource clock = InstantSource.system();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        database = Database.sqlite(folder);
        core = new Core(
                database,
                new Core.Settings(
                        1,
                        MasterKeys.createFile(folder.resolve("master.key"), random),
                        CheckpointKey.loadOrCreate(folder.resolve("checkpoint.key"), random),
                        Core.Places.in(folder),
                        clock,
                        random),
                (_, _) -> {});
        Gate gate = new Gate(
                core.register(),
                new Passwords(random),
                sha256("root-key-of-a-test"),
                new AttemptLimit(failedAttempts, Duration.ofMinutes(1), 100, System::nanoTime),
                clock,
                random);
        KeyMint mint = new KeyMint(random);
        rest = new RestFace(core, gate, mint);
        Face face = RestFace.of(core, gate, mint);
        log = new AccessLog(meters);
        server = Server.start(new Listening("test", "127.0.0.1", 0), List.of(face), face, meters, log);
    }

    List<RestFace.Row> routes() {
        return rest.table();
    }

    int port() {
        return server.port();
    }

    /// Makes a tenant, and gives the header line of the admin key of its test realm. It is shown as `<admin key>`.
    String tenant(Transcript transcript, String partnerId) {
        Transcript.Answer made = transcript.quietly(
                "POST /v1/tenants", "{\"name\":\"" + partnerId + "\",\"partnerId\":\"" + partnerId + "\"}", ROOT, JSON);
        if (made.status() != 201) {
            throw new IllegalStateException(made.body());
        }
        transcript.name(
                made.field("apiKey"), "<admin key" + (partnerId.equals("other") ? " of another realm" : "") + ">");
        return "Authorization: Bearer " + made.field("apiKey");
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
        core.close();
        database.close();
    }
}
