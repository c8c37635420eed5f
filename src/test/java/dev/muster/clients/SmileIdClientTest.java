package dev.muster.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Golden;
import dev.muster.TestServer;
import dev.muster.api.smileid.CallbackResults;
import dev.muster.api.smileid.EnrolleeEndpoint;
import dev.muster.api.smileid.JobCalls;
import dev.muster.model.JobCommand;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.job.Job;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.testing.TestCertificate;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests the official client `smile-identity-core`, which requires TLS and checks the signature of every response.
@Timeout(300)
final class SmileIdClientTest {
    private static final int PICTURE_BYTES = 300_000;

    @TempDir
    private Path folder;

    private ClientServer server;
    private TestServer muster;
    private TestServer.Tenancy tenancy;
    private Path picture;

    @BeforeEach
    void start() throws IOException {
        server = new ClientServer(
                folder,
                (core, gate, keyGenerator) -> List.of(
                        new EnrolleeEndpoint(core.directory(), gate).httpApi(),
                        new JobCalls(core, gate, keyGenerator, InstantSource.system(), null).httpApi()));
        muster = server.muster();
        tenancy = muster.makeTenant("acme");
        // The pictures cannot be compressed and are larger than a sealed chunk of evidence.
        byte[] noise = new byte[PICTURE_BYTES];
        new Random(7).nextBytes(noise);
        picture = Files.write(folder.resolve("selfie.jpg"), noise);
        Files.write(folder.resolve("card.jpg"), noise);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void fromTheSignatureToTheSignedReply() throws IOException {
        ClientProcess client = run("run.js", tenancy.testKey().apiSecret());
        assertThat(client.exitCode()).as("%s", client).isZero();
        Golden.check(Path.of("src/test/resources/golden/smileid/client.json"), client.out());
    }

    /// The client polls every two seconds until there is a verdict.
    @Test
    void untilTheVerdict() throws Exception {
        Actor verifier = muster.actor(tenancy.production(), tenancy.productionKey());
        CompletableFuture<ClientProcess> running = CompletableFuture.supplyAsync(() -> {
            try {
                return run("wait.js", tenancy.productionKey().apiSecret());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        while (!isAwaiting(verifier) && !running.isDone()) {
            Thread.sleep(20);
        }
        assertThat(running).as("it waits for its verdict").isNotDone();
        muster.execute(
                tenancy.production(),
                verifier,
                null,
                new JobCommand.GiveVerdict("waits", new Verdict(Outcome.PASSED, new BigDecimal("99.25"), null)));
        ClientProcess client = running.get();
        assertThat(client.exitCode()).as("%s", client).isZero();
        assertThat(client.out())
                .isEqualTo("{\"job_complete\":true,\"job_success\":true,\"code\":\"0810\",\"sure\":\"99.25\"}\n");
    }

    /// Muster sends the result to the client's own server, which verifies the signature.
    @Test
    void atItsCallbackAddress() throws IOException {
        AddressRules loopback = new AddressRules(List.of(AddressBlock.parse("127.0.0.0/8")), "--webhook-allow");
        TestCertificate certificate = server.certificate();
        try (OutgoingHttp http = new OutgoingHttp(loopback, certificate.client().getSocketFactory())) {
            muster.startCallbacks(new CallbackResults(muster.authenticator()), http);
            ClientProcess client = run(
                    "callback.js",
                    tenancy.testKey().apiSecret(),
                    certificate.chain().toString(),
                    certificate.key().toString());
            assertThat(client.exitCode()).as("%s", client).isZero();
            Golden.check(Path.of("src/test/resources/golden/smileid/callback.json"), client.out());
        }
    }

    private boolean isAwaiting(Actor verifier) {
        return muster.jobs().job(verifier, tenancy.production(), "waits") instanceof Result.Ok<?> ok
                && ok.value() instanceof dev.muster.directory.AsOf<?> seen
                && seen.value() instanceof Job job
                && job.stage() instanceof Job.Awaiting;
    }

    private ClientProcess run(String script, String secret, String... more) throws IOException {
        Path to = NodePackages.install().resolve("smileid").resolve(script);
        Files.createDirectories(to.getParent());
        Files.copy(NodePackages.SOURCES.resolve("smileid").resolve(script), to, StandardCopyOption.REPLACE_EXISTING);
        List<String> arguments = new ArrayList<>(List.of(server.authority(), "acme", secret, picture.toString()));
        arguments.addAll(List.of(more));
        return server.node(to, arguments.toArray(String[]::new));
    }
}
