package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.http.FaultRenderer;
import dev.muster.http.HttpApi;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.value.Digest;
import dev.muster.security.limit.AttemptLimit;
import dev.muster.security.limit.SignInThrottle;
import dev.muster.security.limit.SignInThrottle.Permit;
import dev.muster.testing.IgnoringListener;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exercises every way to sign in, using a real database.
final class SignInTest {
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("198.51.100.7");
    private static final RemoteClient CLIENT = new RemoteClient(ADDRESS, "test", new IgnoringListener());
    private static final int ATTEMPTS = 12;

    @TempDir
    private Path folder;

    private final Passwords passwords = new Passwords(TestServer.CHEAP, new Random(1));
    private final SignInThrottle throttle = new SignInThrottle(System::nanoTime);
    private final AttemptLimit limit = new AttemptLimit(ATTEMPTS, Duration.ofMinutes(1), 100, () -> 0);
    private final SecurityLog log = new SecurityLog(new byte[32], InstantSource.system());
    private TestServer server;
    private TestServer.Tenancy acme;
    private Realm realm;
    private Authenticator authenticator;
    private ConsoleSessions consoleSessions;

    @BeforeEach
    void start() {
        server = new TestServer(folder, InstantSource.system(), 1_000, (core, _, _) -> {
            authenticator = new Authenticator(
                    core.credentials(),
                    core.tokenFamilies(),
                    passwords,
                    new Digest(new byte[32]),
                    limit,
                    throttle,
                    log,
                    InstantSource.system(),
                    new Random(2));
            consoleSessions = new ConsoleSessions(authenticator, core.credentials(), core.sessions());
            return List.of(new HttpApi("none", "", List.of(), FaultRenderer.PLAIN));
        });
        acme = server.makeTenant("acme");
        server.signIn(acme.test(), acme.testKey(), "ada");
        realm = server.credentials().realm(acme.test());
    }

    @AfterEach
    void stop() {
        server.close();
        log.close();
    }

    /// Signs in as the `epixel` dialect does.
    private Result<?> forTokens(String username, String password) {
        return authenticator.signIn(
                new Caller(realm, server.actor(acme.test(), acme.testKey())), username, password, CLIENT, "test");
    }

    /// Signs in as the console does.
    private Result<?> forASession(String tenant, String username, String password) {
        return consoleSessions.checkPassword(
                new ConsoleSessions.EnteredCredentials(tenant, Environment.TEST.wireName(), username, password),
                new ConsoleSessions.Device(CLIENT, "curl"));
    }

    private Duration delay(String tenant, String username) {
        try (Permit permit = throttle.acquire(new SignInThrottle.Name(tenant + "/test", username), ELSEWHERE)) {
            assertThat(permit).isNotNull();
            return permit.delay();
        }
    }

    private static Class<?> refusal(Result<?> result) {
        return ((Result.Refused<?>) result).refusal().getClass();
    }

    @Test
    void guessingIsSlowedByNameWhicheverDoorItComesThrough() {
        for (int i = 0; i < 2; i++) {
            assertThat(refusal(forTokens("ada", "wrong"))).isEqualTo(Refusal.Unauthenticated.class);
            assertThat(refusal(forASession("acme", " ADA", "wrong"))).isEqualTo(Refusal.Unauthenticated.class);
        }
        assertThat(delay("acme", "ada")).isEqualTo(Duration.ofMillis(500));
        assertThat(forTokens("ada", TestServer.PASSWORD)).isInstanceOf(Result.Ok.class);
        assertThat(delay("acme", "ada")).isZero();
    }

    @Test
    void attemptsInParallelUnderOneNameAreToldToComeBack() {
        long before = passwords.computations();
        try (Permit permit = throttle.acquire(new SignInThrottle.Name("acme/test", "ada"), ADDRESS)) {
            assertThat(permit).isNotNull();
            assertThat(refusal(forTokens("ada", TestServer.PASSWORD))).isEqualTo(Refusal.Busy.class);
            assertThat(refusal(forASession("acme", "ada", TestServer.PASSWORD))).isEqualTo(Refusal.Busy.class);
            assertThat(passwords.computations()).isEqualTo(before);
        }
        assertThat(forTokens("ada", TestServer.PASSWORD)).isInstanceOf(Result.Ok.class);
        assertThat(forASession("acme", "ada", TestServer.PASSWORD)).isInstanceOf(Result.Ok.class);
    }

    /// The limit of the address is checked first, before the attempt takes a place in the queue and before a
    /// password is hashed.
    @Test
    void theLimitOfTheAddressIsAskedFirst() {
        for (int i = 0; i < ATTEMPTS; i++) {
            limit.failed(ADDRESS);
        }
        long before = passwords.computations();
        try (Permit permit = throttle.acquire(new SignInThrottle.Name("acme/test", "ada"), ADDRESS)) {
            assertThat(permit).isNotNull();
            assertThat(refusal(forTokens("ada", "wrong"))).isEqualTo(Refusal.TooManyFailures.class);
            assertThat(refusal(forASession("acme", "ada", "wrong"))).isEqualTo(Refusal.TooManyFailures.class);
            assertThat(refusal(forASession("nobody", "ada", "wrong"))).isEqualTo(Refusal.TooManyFailures.class);
        }
        assertThat(consoleSessions.refusal(CLIENT)).isInstanceOf(Refusal.TooManyFailures.class);
        assertThat(passwords.computations()).isEqualTo(before);
    }

    @Test
    void theWorkIsTheSameForNamesAndTenantsThatDoNotExist() {
        List<Supplier<Result<?>>> all = List.of(
                () -> forTokens("ada", "wrong"),
                () -> forTokens("nobody", "wrong"),
                () -> forASession("acme", "ada", "wrong"),
                () -> forASession("acme", "nobody", "wrong"),
                () -> forASession("no-tenant", "ada", "wrong"));
        for (Supplier<Result<?>> one : all) {
            long before = passwords.computations();
            assertThat(refusal(one.get())).isEqualTo(Refusal.Unauthenticated.class);
            assertThat(passwords.computations()).isEqualTo(before + 1);
        }
        for (int i = 0; i < 3; i++) {
            forASession("no-tenant", "ada", "wrong");
        }
        assertThat(delay("no-tenant", "ada")).isEqualTo(Duration.ofMillis(500));
        // If failures for one nonexistent tenant delayed attempts for another, the delay would reveal that neither
        // exists.
        assertThat(delay("neither", "ada")).isZero();
    }
}
