package dev.muster.directory;

import dev.muster.TestOutgoing;
import dev.muster.TestPlaces;
import dev.muster.directory.events.EventReader;
import dev.muster.directory.events.JournalHeads;
import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// A core with a real database and one tenant. On SQLite, its clock can be moved.
final class Running implements AutoCloseable {
    static final long REALM = 1001;
    static final long OTHER_REALM = 1002;
    static final UUID KEY = new UUID(7, 7);
    static final Actor ADMIN =
            new Actor(new ActorRef(ActorRef.Kind.API_KEY, KEY), "admin", Role.ADMIN.scopes(), Rank.SUPER, 0);

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Database database;
    private final Path folder;
    final InstantSource clock = () -> Instant.now().plus(ahead.get());
    final Core core;

    Running(Database database, Path folder) {
        this(database, folder, TestOutgoing.none());
    }

    /// @param outgoing how the core connects to webhooks
    Running(Database database, Path folder, Core.Outgoing outgoing) {
        this.database = database;
        this.folder = folder;
        SecureRandom random = new SecureRandom();
        Path masterKey = folder.resolve("master.key");
        core = Core.open(
                database,
                new Core.Settings(
                        1,
                        Files.exists(masterKey) ? MasterKeys.load(masterKey) : MasterKeys.createFile(masterKey, random),
                        CheckpointKey.loadOrCreate(folder.resolve("checkpoint.key"), random),
                        null,
                        TestPlaces.in(folder),
                        clock,
                        random,
                        outgoing),
                (_, _) -> {});
        if (core.credentials().realm(REALM) == null) {
            Write write = new Write(Actor.ROOT, null, List.of(Scenario.tenant(REALM, OTHER_REALM, KEY)), null);
            core.directory().execute(new WriteRequest(Realm.SYSTEM, write, origin(), null, false, 0));
        }
    }

    /// How far the clock has been moved.
    Duration ahead() {
        return ahead.get();
    }

    void advance(Duration by) {
        ahead.updateAndGet(by::plus);
    }

    /// Registers a user and returns the id.
    UUID register(String email) {
        return changed(execute(null, registration(email))).user().id();
    }

    static Command registration(String email) {
        Identifier address = new Validator().email(email);
        return new Command.Register(address, null, null, "Somebody", null, null, Tag.USER, null);
    }

    Result<Change> execute(UUID user, Command... commands) {
        return core.directory().execute(request(user, commands));
    }

    Result<Change> executeAgain(String key, UUID user, Command... commands) {
        Write write = request(user, commands).write();
        WriteRequest.Retry retry = WriteRequest.Retry.of(key, "test", write);
        return core.directory().execute(new WriteRequest(REALM, write, origin(), retry, false, 100));
    }

    static WriteRequest request(UUID user, Command... commands) {
        UserRef target = user == null ? null : UserRef.id(user);
        return new WriteRequest(REALM, new Write(ADMIN, target, List.of(commands), null), origin(), null, false, 100);
    }

    /// Executes a command that has no target user, in any realm.
    Result<Change> executeIn(long realm, Command command) {
        return core.directory().execute(requestIn(realm, command, null, null, false));
    }

    static WriteRequest requestIn(
            long realm, Command command, WriteRequest.Retry retry, WriteRequest.Proof proof, boolean dryRun) {
        Write write = new Write(ADMIN, null, List.of(command), null);
        return new WriteRequest(realm, write, origin(), retry, proof, dryRun, 100);
    }

    /// Returns a reader that reads all events from the database, even those that were just committed.
    EventReader storedEvents() {
        RealmKeys keys = new RealmKeys(database, MasterKeys.load(folder.resolve("master.key")));
        return new EventReader(database, keys, new JournalHeads(_ -> Map.of()));
    }

    /// The core's database, for access that bypasses all permissions.
    Database database() {
        return database;
    }

    static Origin origin() {
        return new Origin("test", "request-1", "caller@example.com");
    }

    static Change changed(Result<Change> result) {
        return ok(result);
    }

    static <T> Refusal no(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> throw new AssertionError("not refused: " + value);
            case Result.Refused<T>(var refusal) -> refusal;
        };
    }

    static <T> T ok(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var refusal) -> throw new AssertionError("refused: " + refusal);
        };
    }

    User find(UUID user) {
        return ok(core.directory().find(ADMIN, REALM, UserRef.id(user))).value();
    }

    User find(UUID user, Instant at) {
        return ok(core.directory().find(ADMIN, REALM, UserRef.id(user), at)).value();
    }

    ChainVerification verify() {
        return ok(core.journal().verify(ADMIN, REALM));
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            core.close();
            database.close();
        }
    }
}
