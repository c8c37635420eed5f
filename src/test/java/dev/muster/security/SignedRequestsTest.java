package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.http.FaultRenderer;
import dev.muster.http.HttpApi;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.security.RequestSignatures.RequestSignature;
import dev.muster.security.format.Signatures;
import dev.muster.testing.IgnoringListener;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the authenticator of signed requests on a real database.
final class SignedRequestsTest {
    private static final String NOW = "2026-11-21T17:01:02.123Z";
    private static final RemoteClient CLIENT =
            new RemoteClient(InetAddress.ofLiteral("192.0.2.1"), "test", new IgnoringListener());
    private static final SignedTime.MaxAge RECENT = SignedTime.MaxAge.QUARTER_HOUR;
    private static final Result<Caller> NO = Result.refused(new Refusal.Unauthenticated());

    @TempDir
    private Path folder;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final Signatures signatures = new Signatures(new Random(1));
    private TestServer server;
    private TestServer.Tenancy acme;
    private Authenticator authenticator;

    @BeforeEach
    void start() {
        server = new TestServer(
                folder,
                () -> Instant.parse(NOW).plus(ahead.get()),
                1_000,
                (_, _, _) -> List.of(new HttpApi("none", "", List.of(), FaultRenderer.PLAIN)));
        acme = server.makeTenant("acme");
        authenticator = server.authenticator();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RequestSignature signed(String partnerId, String secret) {
        return new RequestSignature(partnerId, SignedTime.of(NOW), signatures.of(secret, NOW, partnerId));
    }

    private Actor actor(Result<Caller> result) {
        return ((Result.Ok<Caller>) result).value().actor();
    }

    @Test
    void theActorIsTheKeyWhoseSecretVerified() {
        KeyGenerator.GeneratedKey second = server.makeKey(acme.test(), Environment.TEST, Role.VIEWER);
        for (KeyGenerator.GeneratedKey key : List.of(acme.testKey(), second)) {
            Result<Caller> result =
                    authenticator.signatures().check(signed("acme", key.apiSecret()), RECENT, Environment.TEST, CLIENT);
            assertThat(actor(result)).isEqualTo(server.actor(acme.test(), key));
        }
    }

    /// A signature is valid only in the environment of its key, so that a test secret can never affect production
    /// users.
    @Test
    void environmentAndKeyBelongTogether() {
        RequestSignature test = signed("acme", acme.testKey().apiSecret());
        RequestSignature production = signed("acme", acme.productionKey().apiSecret());
        assertThat(authenticator.signatures().check(test, RECENT, Environment.PRODUCTION, CLIENT))
                .isEqualTo(NO);
        assertThat(authenticator.signatures().check(production, RECENT, Environment.TEST, CLIENT))
                .isEqualTo(NO);
        assertThat(authenticator
                        .signatures()
                        .check(test, RECENT, CLIENT)
                        .map(caller -> caller.realm().id()))
                .isEqualTo(Result.ok(acme.test()));
        assertThat(authenticator
                        .signatures()
                        .check(production, RECENT, CLIENT)
                        .map(caller -> caller.realm().id()))
                .isEqualTo(Result.ok(acme.production()));
    }

    /// The number of signatures computed does not depend on whether the partner or its keys exist.
    @Test
    void theWorkIsTheSameForEverybody() {
        TestServer.Tenancy crowded = server.makeTenant("crowded");
        for (int i = 1; i < Signatures.KEYS; i++) {
            server.makeKey(crowded.test(), Environment.TEST, Role.VIEWER);
        }
        List<RequestSignature> all = new ArrayList<>();
        for (String partner : List.of("acme", "crowded", "nobody", "no partner's id", "")) {
            all.add(signed(partner, "wrong"));
            all.add(signed(partner, acme.testKey().apiSecret()));
            all.add(new RequestSignature(partner, SignedTime.of(NOW), ""));
            all.add(new RequestSignature(partner, SignedTime.of("yesterday"), "x"));
            all.add(new RequestSignature(partner, SignedTime.of("2026-11-21T17:01:02.1230Z"), "x"));
            all.add(new RequestSignature(partner, SignedTime.of("2020-01-01T00:00:00Z"), "x"));
        }
        for (RequestSignature one : all) {
            assertThat(computedBy(() -> authenticator.signatures().check(one, RECENT, Environment.TEST, CLIENT)))
                    .isEqualTo(8);
            assertThat(computedBy(() -> authenticator.signatures().check(one, RECENT, CLIENT)))
                    .isEqualTo(16);
        }
        for (String partner : List.of("acme", "crowded", "nobody")) {
            RequestSignature number = new RequestSignature(partner, SignedTime.of("1795280462"), "x");
            assertThat(computedBy(() -> authenticator.signatures().check(number, RECENT, Environment.TEST, CLIENT)))
                    .isEqualTo(16);
        }
    }

    private long computedBy(Runnable request) {
        long before = authenticator.signatures().computed();
        request.run();
        return authenticator.signatures().computed() - before;
    }

    @Test
    void aRevokedKeySignsNothingFromThenOn() {
        KeyGenerator.GeneratedKey key = server.makeKey(acme.test(), Environment.TEST, Role.ADMIN);
        RequestSignature request = signed("acme", key.apiSecret());
        Caller caller = ((Result.Ok<Caller>)
                        authenticator.signatures().check(request, RECENT, Environment.TEST, CLIENT))
                .value();
        server.execute(acme.test(), caller.actor(), null, revoke(key));
        assertThat(authenticator.signatures().check(request, RECENT, Environment.TEST, CLIENT))
                .isEqualTo(NO);
        assertThat(authenticator.signatures().countersign(caller, "acme"))
                .isEqualTo(Result.refused(new Refusal.Unauthenticated()));
    }

    private static Command revoke(KeyGenerator.GeneratedKey key) {
        return new Command.RevokeKey(key.id(), false);
    }

    /// A new key can sign immediately, and an expired key no longer can, even though keys are cached for a second.
    @Test
    void aNewKeySignsAtOnceAndAnExpiredOneNoMore() {
        assertThat(authenticator.signatures().check(signed("acme", "wrong"), RECENT, CLIENT))
                .isEqualTo(NO);
        KeyGenerator.GeneratedKey brief = server.mint().generate(acme.test(), Environment.TEST);
        server.execute(
                acme.test(),
                Actor.ROOT,
                null,
                new Command.CreateKey(
                        brief.id(),
                        "brief",
                        Role.VIEWER,
                        Role.VIEWER.scopes(),
                        Role.VIEWER.rank(),
                        true,
                        Instant.parse(NOW).plusMillis(1),
                        brief.textHash(),
                        brief.apiSecret()));
        RequestSignature request = signed("acme", brief.apiSecret());
        assertThat(authenticator.signatures().check(request, RECENT, CLIENT)).isInstanceOf(Result.Ok.class);
        ahead.set(Duration.ofMillis(1));
        assertThat(authenticator.signatures().check(request, RECENT, CLIENT)).isEqualTo(NO);
    }

    @Test
    void theCallDecidesTheMaximumAgeOfASignature() {
        RequestSignature request = signed("acme", acme.testKey().apiSecret());
        ahead.set(Duration.ofMinutes(15).plusMillis(1));
        assertThat(authenticator.signatures().check(request, RECENT, CLIENT)).isEqualTo(NO);
        assertThat(authenticator.signatures().signer(request)).isEqualTo(NO);
        assertThat(authenticator.signatures().check(request, SignedTime.MaxAge.DAY, CLIENT))
                .isInstanceOf(Result.Ok.class);
        ahead.set(Duration.ofHours(24));
        assertThat(authenticator.signatures().check(request, SignedTime.MaxAge.DAY, CLIENT))
                .isInstanceOf(Result.Ok.class);
        ahead.set(Duration.ofHours(24).plusMillis(1));
        assertThat(authenticator.signatures().check(request, SignedTime.MaxAge.DAY, CLIENT))
                .isEqualTo(NO);
    }

    @Test
    void aReplyIsSignedWithTheSecretOfItsRequest() {
        Caller caller = ((Result.Ok<Caller>) authenticator
                        .signatures()
                        .check(signed("acme", acme.testKey().apiSecret()), RECENT, CLIENT))
                .value();
        RequestSignatures.ReplySignature reply = ((Result.Ok<RequestSignatures.ReplySignature>)
                        authenticator.signatures().countersign(caller, "acme"))
                .value();
        assertThat(reply.timestamp()).startsWith("2026-11-21T17:01:02.123").hasSize(30);
        assertThat(reply.signature()).isEqualTo(signatures.of(acme.testKey().apiSecret(), reply.timestamp(), "acme"));
        RequestSignature reflected = new RequestSignature("acme", SignedTime.of(reply.timestamp()), reply.signature());
        assertThat(authenticator.signatures().check(reflected, RECENT, CLIENT)).isEqualTo(NO);
        assertThat(authenticator.signatures().check(reflected, RECENT, Environment.TEST, CLIENT))
                .isEqualTo(NO);
        // A timestamp one nanosecond later could be a client's, so it is accepted.
        String other = Instant.parse(reply.timestamp()).plusNanos(1).toString();
        RequestSignature clients = new RequestSignature(
                "acme", SignedTime.of(other), signatures.of(acme.testKey().apiSecret(), other, "acme"));
        assertThat(authenticator.signatures().check(clients, RECENT, CLIENT)).isInstanceOf(Result.Ok.class);
    }

    @Test
    void noSecretAndNoSignatureIsPrinted() {
        RequestSignature request = signed("acme", acme.testKey().apiSecret());
        assertThat(request.toString()).doesNotContain(request.signature());
        assertThat(server.credentials().signing(acme.test()).toString())
                .doesNotContain(acme.testKey().apiSecret());
    }
}
