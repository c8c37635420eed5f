package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Tag;
import dev.muster.model.value.Identifier;
import dev.muster.security.KeyGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Once the revocation of a credential is confirmed, no write with that credential commits, no matter where the write
/// is in its processing at that time.
@Timeout(600)
class RevocationTest {
    /// So many that the lane's queue always contains some writes before a revocation and some after it.
    private static final int WRITERS = 100;

    private static final int WRITES_FIRST = 500;
    private static final int WRITES_AFTERWARDS = 5;

    @TempDir
    private Path folder;

    private InProcess muster;
    private TestServer server;
    private TestServer.Tenancy tenancy;
    private Actor admin;

    @BeforeEach
    void start() {
        muster = new InProcess(folder);
        server = muster.server;
        tenancy = server.makeTenant("acme");
        admin = server.actor(tenancy.test(), tenancy.testKey());
    }

    @AfterEach
    void stop() {
        muster.close();
    }

    @Test
    void aRevokedKeyWritesNothing() throws Exception {
        for (int round = 0; round < 5; round++) {
            KeyGenerator.GeneratedKey key = server.makeKey(tenancy.test(), Environment.TEST, Role.MANAGER);
            // The actor is loaded before the revocation, like the actor of a request that is already in the queue.
            Actor actor = server.actor(tenancy.test(), key);
            long revokedAt = underLoad(actor, () -> revoke(key.id()));
            assertThat(lastWrite(key.id())).isGreaterThan(0).isLessThan(revokedAt);
        }
    }

    @Test
    void aDisabledOperatorWritesNothing() throws Exception {
        Identifier username = new Identifier(Identifier.Kind.USERNAME, "ann", "ann");
        server.execute(
                tenancy.test(), admin, null, new OperatorCommand.CreateOperator(username, Role.MANAGER, "no hash"));
        Actor operator =
                server.credentials().operator(tenancy.test(), username.key()).actor();
        long disabledAt = underLoad(
                operator,
                () -> seqOf(server.execute(
                        tenancy.test(), admin, null, new OperatorCommand.DisableOperator(username.key()))));
        assertThat(lastWrite(operator.ref().id())).isGreaterThan(0).isLessThan(disabledAt);
    }

    @Test
    void anOperatorThroughARevokedKeyWritesNothing() throws Exception {
        Identifier username = new Identifier(Identifier.Kind.USERNAME, "ann", "ann");
        server.execute(
                tenancy.test(), admin, null, new OperatorCommand.CreateOperator(username, Role.MANAGER, "no hash"));
        Actor operator =
                server.credentials().operator(tenancy.test(), username.key()).actor();
        KeyGenerator.GeneratedKey key = server.makeKey(tenancy.test(), Environment.TEST, Role.MANAGER);
        long revokedAt = underLoad(operator.through(server.actor(tenancy.test(), key)), () -> revoke(key.id()));
        assertThat(lastWrite(operator.ref().id())).isGreaterThan(0).isLessThan(revokedAt);
    }

    @Test
    void tokensOfARevokedKeyNeitherReadNorWriteOverHttp() throws Exception {
        KeyGenerator.GeneratedKey key = server.makeKey(tenancy.test(), Environment.TEST, Role.MANAGER);
        String token;
        try (Client client = new Client(server.address(), key.apiKey())) {
            token = client.json(
                            "POST",
                            "/dpop/v1/api/generate-token",
                            Map.of("apiKey", key.apiKey(), "apiSecret", key.apiSecret()))
                    .json()
                    .in("data")
                    .in("credentials")
                    .text("accessToken");
        }
        AtomicInteger written = new AtomicInteger();
        AtomicBoolean revoked = new AtomicBoolean();
        AtomicInteger tooLate = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String credential = i % 2 == 0 ? key.apiKey() : token;
            boolean signet = i % 4 < 2;
            String name = "user-" + i + "-";
            writers.add(Thread.ofVirtual().start(() -> {
                try (Client client = new Client(server.address(), credential)) {
                    for (int n = 0; ; n++) {
                        boolean was = revoked.get();
                        Client.Answer answer = signet
                                ? client.json(
                                        "POST",
                                        "/partner/v1/register-user",
                                        Map.of("name", "A", "email", name + n + "@example.org"))
                                : client.json("POST", "/v1/users", Map.of("externalId", name + n));
                        if (answer.status() == 201) {
                            (was ? tooLate : written).incrementAndGet();
                        } else if (was) {
                            assertThat(answer.status()).isEqualTo(401);
                            return;
                        }
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        while (written.get() < WRITES_FIRST) {
            Thread.sleep(1);
        }
        try (Client client = new Client(server.address(), tenancy.testKey().apiKey())) {
            assertThat(client.send("DELETE", "/v1/keys/" + key.id(), new byte[0])
                            .status())
                    .isEqualTo(200);
        }
        revoked.set(true);
        for (String credential : List.of(key.apiKey(), token)) {
            try (Client client = new Client(server.address(), credential)) {
                assertThat(client.get("/v1/users").status()).isEqualTo(401);
                assertThat(client.get("/partner/v1/all-users").status()).isEqualTo(401);
            }
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(tooLate).hasValue(0);
        long revocation = entries("action=key.revoked").getLast().number("seq");
        assertThat(lastWrite(key.id())).isGreaterThan(0).isLessThan(revocation);
    }

    /// An action to perform under load.
    private interface Act {
        /// @return the number of the journal entry that the action adds
        long act() throws IOException;
    }

    /// Writes as an actor from many threads, bypassing all authentication, before, during and after the action.
    /// Returns what the action returned.
    private long underLoad(Actor actor, Act act) throws Exception {
        AtomicInteger written = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        List<AssertionError> wrong = new ArrayList<>();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(Thread.ofVirtual().start(() -> {
                int left = WRITES_AFTERWARDS;
                while (left > 0) {
                    boolean was = done.get();
                    Result<Change> result = register(actor);
                    if (result instanceof Result.Ok<Change>) {
                        written.incrementAndGet();
                    }
                    if (was) {
                        left--;
                        boolean refused = result instanceof Result.Refused<Change>(var refusal)
                                && (refusal instanceof Refusal.Unauthenticated || refusal instanceof Refusal.Busy);
                        if (!refused) {
                            synchronized (wrong) {
                                wrong.add(new AssertionError("answered afterwards: " + result));
                            }
                        }
                    }
                }
            }));
        }
        while (written.get() < WRITES_FIRST) {
            Thread.sleep(1);
        }
        long seq = act.act();
        done.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(wrong).isEmpty();
        return seq;
    }

    private Result<Change> register(Actor actor) {
        String text = UUID.randomUUID().toString();
        Identifier id = new Identifier(Identifier.Kind.USERNAME, text, text);
        Write write = new Write(
                actor, null, List.of(new Command.Register(null, null, id, null, null, null, Tag.USER, null)), null);
        return server.directory()
                .execute(new WriteRequest(tenancy.test(), write, new Origin("test", "test", null), null, false, 100));
    }

    private long revoke(UUID key) throws IOException {
        return seqOf(server.execute(tenancy.test(), admin, null, new Command.RevokeKey(key, false)));
    }

    private long seqOf(Change change) throws IOException {
        String action = change.events().getFirst().action().wireName();
        return entries("action=" + action).getLast().number("seq");
    }

    private long lastWrite(UUID actor) throws IOException {
        List<Fields> entries = entries("actor=" + actor);
        return entries.isEmpty() ? 0 : entries.getLast().number("seq");
    }

    /// Returns the journal entries that match a filter, oldest first.
    private List<Fields> entries(String filter) throws IOException {
        List<Fields> found = new ArrayList<>();
        try (Client client = new Client(server.address(), tenancy.testKey().apiKey())) {
            String next = "";
            while (next != null) {
                Fields page =
                        client.get("/v1/journal?limit=1000&" + filter + next).json();
                found.addAll(page.items("items"));
                Object cursor = page.in("page").any("next");
                next = cursor == null ? null : "&after=" + cursor;
            }
        }
        return found;
    }
}
