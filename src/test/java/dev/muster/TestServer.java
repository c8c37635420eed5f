package dev.muster;

import dev.muster.demo.Demo;
import dev.muster.demo.DemoClock;
import dev.muster.directory.Core;
import dev.muster.directory.Credentials;
import dev.muster.directory.Directory;
import dev.muster.directory.EvidenceFiles;
import dev.muster.directory.JobCallbacks;
import dev.muster.directory.Jobs;
import dev.muster.directory.Journal;
import dev.muster.directory.callbacks.CallbackFormat;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.http.BasePath;
import dev.muster.http.HttpApi;
import dev.muster.http.Limits;
import dev.muster.http.ListenerConfig;
import dev.muster.http.engine.AccessLog;
import dev.muster.http.engine.Server;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.NewPassword;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.network.AddressBlock;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.MasterKeys;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.KeyGenerator;
import dev.muster.security.Passwords;
import dev.muster.security.RemoteClient;
import dev.muster.security.SecurityLog;
import dev.muster.security.format.Tokens;
import dev.muster.security.limit.AttemptLimit;
import dev.muster.security.limit.SignInThrottle;
import dev.muster.storage.Database;
import dev.muster.testing.IgnoringListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// A complete Muster server on its own port, with a database in a folder (or on PostgreSQL) and the APIs that a test
/// needs.
public final class TestServer implements AutoCloseable {
    /// The key of realm 0.
    public static final String ROOT_KEY = "root-key-of-a-test-0123456789";

    /// A cost so low that hashing a password takes a millisecond. At the production cost, the tests of the console
    /// would spend most of their CPU time on hashing. `PasswordsTest` and the tests of whole processes use the
    /// production cost.
    public static final Passwords.Cost CHEAP = new Passwords.Cost(64, 1);

    /// The password of every operator.
    public static final String PASSWORD = "a password of ada's";

    /// Creates the APIs of the server.
    public interface Faces {
        List<HttpApi> make(Core core, Authenticator authenticator, KeyGenerator keyGenerator);
    }

    /// A tenant with its two realms, each with an admin key.
    public record Tenancy(
            long test, KeyGenerator.GeneratedKey testKey, long production, KeyGenerator.GeneratedKey productionKey) {}

    private final SecureRandom random = new SecureRandom();
    private final KeyGenerator keyGenerator = new KeyGenerator(random);
    private final InstantSource clock;
    private final String scheme;

    /// Realm ids are not random, because they are part of keys and tokens, whose lengths must be the same in each
    /// run.
    private final AtomicLong realms = new AtomicLong(7_000_000_000_000L);

    private final Database database;
    private final Core core;
    private final Authenticator authenticator;
    private final SecurityLog securityLog;
    private final AccessLog log;
    private final Server server;

    /// @param clock the clock for reads and credentials; writes use the system clock
    /// @param attempts the number of failed attempts allowed per address
    public TestServer(Path folder, InstantSource clock, int attempts, Faces httpApis) {
        this(folder, clock, attempts, null, httpApis);
    }

    /// Creates a server that delivers webhooks to this machine.
    public static TestServer delivering(Path folder, InstantSource clock, int attempts, Faces httpApis) {
        return new TestServer(folder, clock, attempts, null, List.of(), TestOutgoing.local(), httpApis);
    }

    /// @param tls the TLS settings; null for plain HTTP
    public TestServer(Path folder, InstantSource clock, int attempts, ListenerConfig.Tls tls, Faces httpApis) {
        this(folder, clock, attempts, tls, List.of(), httpApis);
    }

    /// @param tls the TLS settings; null for plain HTTP
    /// @param proxies the proxies whose `X-Forwarded-For` is trusted
    public TestServer(
            Path folder,
            InstantSource clock,
            int attempts,
            ListenerConfig.Tls tls,
            List<AddressBlock> proxies,
            Faces httpApis) {
        this(folder, clock, attempts, tls, proxies, TestOutgoing.none(), httpApis);
    }

    private TestServer(
            Path folder,
            InstantSource clock,
            int attempts,
            ListenerConfig.Tls tls,
            List<AddressBlock> proxies,
            Core.Outgoing outgoing,
            Faces httpApis) {
        this.clock = clock;
        this.scheme = tls == null ? "http" : "https";
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
                        outgoing),
                (_, _) -> {});
        securityLog = new SecurityLog(new byte[SecurityLog.KEY_BYTES], clock);
        authenticator = new Authenticator(
                core.credentials(),
                core.tokenFamilies(),
                new Passwords(CHEAP, random),
                sha256(ROOT_KEY),
                // A clock that stands still makes `Retry-After` the same in each run.
                new AttemptLimit(attempts, Duration.ofMinutes(1), 1_000, () -> 0),
                new SignInThrottle(System::nanoTime),
                securityLog,
                clock,
                random);
        log = new AccessLog(meters);
        List<HttpApi> made = httpApis.make(core, authenticator, keyGenerator);
        server = Server.start(
                new ListenerConfig("test", "127.0.0.1", 0, tls, proxies, Limits.DEFAULT, BasePath.ROOT, null),
                made,
                made.getFirst(),
                meters,
                log);
    }

    public URI address() {
        return URI.create(scheme + "://127.0.0.1:" + server.port());
    }

    public int port() {
        return server.port();
    }

    public Directory directory() {
        return core.directory();
    }

    public Jobs jobs() {
        return core.jobs();
    }

    public JobCallbacks callbacks() {
        return core.callbacks();
    }

    public EvidenceFiles evidence() {
        return core.evidence();
    }

    public Journal journal() {
        return core.journal();
    }

    public Credentials credentials() {
        return core.credentials();
    }

    public Authenticator authenticator() {
        return authenticator;
    }

    public KeyGenerator mint() {
        return keyGenerator;
    }

    public InstantSource clock() {
        return clock;
    }

    /// Starts sending callbacks.
    public void startCallbacks(CallbackFormat format) {
        core.startCallbacks(format);
    }

    /// Starts sending callbacks over the connections of `http`, separate from those of webhooks.
    public void startCallbacks(CallbackFormat format, OutgoingHttp http) {
        core.startCallbacks(format, TestOutgoing.courier(http));
    }

    public Tenancy makeTenant(String partnerId) {
        long test = realms.incrementAndGet();
        long production = realms.incrementAndGet();
        KeyGenerator.GeneratedKey testKey = keyGenerator.generate(test, Environment.TEST);
        KeyGenerator.GeneratedKey productionKey = keyGenerator.generate(production, Environment.PRODUCTION);
        execute(
                Realm.SYSTEM,
                Actor.ROOT,
                null,
                new Command.CreateTenant(
                        partnerId,
                        partnerId,
                        test,
                        createKey(testKey, Role.ADMIN),
                        production,
                        createKey(productionKey, Role.ADMIN)));
        return new Tenancy(test, testKey, production, productionKey);
    }

    public KeyGenerator.GeneratedKey makeKey(long realm, Environment environment, Role role) {
        KeyGenerator.GeneratedKey key = keyGenerator.generate(realm, environment);
        execute(realm, Actor.ROOT, null, createKey(key, role));
        return key;
    }

    public Actor actor(long realm, KeyGenerator.GeneratedKey key) {
        return core.credentials().key(realm, key.id()).actor();
    }

    /// Creates an operator with all rights and signs them in.
    public Tokens signIn(long realm, KeyGenerator.GeneratedKey by, String name) {
        return signIn(realm, by, name, Role.ADMIN);
    }

    public Tokens signIn(long realm, KeyGenerator.GeneratedKey by, String name, Role role) {
        NewPassword password = authenticator
                .passwords()
                .read(new Validator(), core.credentials().realm(realm), name, PASSWORD);
        String hash = ok(authenticator.passwords().hash(realm, password));
        Identifier username = new Validator().identifier(Identifier.Kind.USERNAME, name);
        execute(realm, actor(realm, by), null, new OperatorCommand.CreateOperator(username, role, hash));
        return ok(authenticator.signIn(
                new Caller(core.credentials().realm(realm), actor(realm, by)),
                name,
                PASSWORD,
                new RemoteClient(InetAddress.getLoopbackAddress(), "test", new IgnoringListener()),
                "test"));
    }

    /// Stores a console form that waits until the operator confirms it.
    ///
    /// @return the id of the form
    public String keepForm(long realm, UUID operator) {
        return core.pendingForms().keep(realm, operator, "/console\nname=Marker".getBytes(StandardCharsets.UTF_8));
    }

    /// Fills the server with the data of `serve --demo`: tenant `demo`, environment `test`. The server's clock must
    /// be a [DemoClock].
    ///
    /// @return the password of operator `demo`
    public String demonstrate() {
        String text = new Demo(
                        directory(), credentials(), core.evidence(), authenticator, keyGenerator, (DemoClock) clock)
                .fill(address());
        return text.lines()
                .filter(line -> line.startsWith("operator"))
                .map(line -> line.substring(line.indexOf("password ") + "password ".length()))
                .findFirst()
                .orElseThrow();
    }

    /// Writes without HTTP, to create states that a test cannot create through a dialect.
    public Change execute(long realm, Actor actor, UserRef target, Command... commands) {
        nextMillisecond();
        Result<Change> result = core.directory()
                .execute(new WriteRequest(
                        realm,
                        new Write(actor, target, List.of(commands), null),
                        new Origin("test", "test", null),
                        null,
                        false,
                        0));
        return ok(result);
    }

    /// Returns the value of a result, which must not be a refusal.
    public static <T> T ok(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) -> throw new AssertionError(refusal.toString());
        };
    }

    /// Waits until the clock has passed the last write, so that no two writes have the same time.
    public static void nextMillisecond() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Command.CreateKey createKey(KeyGenerator.GeneratedKey key, Role role) {
        return new Command.CreateKey(
                key.id(),
                role.wireName(),
                role,
                role.scopes(),
                role.rank(),
                true,
                null,
                key.textHash(),
                key.apiSecret());
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
        core.close();
        database.close();
        log.close();
        securityLog.close();
    }
}
