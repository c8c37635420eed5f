package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.GroupCommit;
import dev.muster.directory.lane.PendingWrite;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.storage.Batch;
import dev.muster.storage.Database;
import dev.muster.storage.GroupOrPolicyRow;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.LaneStore;
import dev.muster.storage.LoadedRows;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.TestRows;
import dev.muster.storage.UserRow;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.StorageException;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The law of group commit. The test clock and random source are fixed. Then, for any requests, any division into
/// batches, and any batch that fails and is run again, the responses, rows and journal bytes are the same as with one
/// request per transaction.
@UsesPostgres
@ParameterizedClass
@EnumSource(DatabaseKind.class)
final class BatchingIsInvisibleTest {
    private static final long TEST = 1001;
    private static final long PRODUCTION = 1002;
    private static final UUID KEY = new UUID(7, 7);
    private static final Actor ADMIN =
            new Actor(new ActorRef(ActorRef.Kind.API_KEY, KEY), "admin", Role.ADMIN.scopes(), Rank.SUPER, 0);
    private static final int REQUESTS_A_PHASE = 50;

    @Parameter
    private DatabaseKind kind;

    @TempDir
    private Path folder;

    private Database open() {
        try {
            return EmptyDatabase.of(kind, Files.createTempDirectory(folder, "run"))
                    .open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int scenarios() {
        boolean isLong = Boolean.getBoolean("muster.long");
        return switch (kind) {
            case SQLITE -> isLong ? 200 : 8;
            case POSTGRES -> isLong ? 50 : 3;
        };
    }

    @Test
    void anyDivisionIntoBatchesGivesTheSame() {
        for (int seed = 1; seed <= scenarios(); seed++) {
            List<List<WriteRequest>> phases = new ArrayList<>();
            Scenario scenario = new Scenario(seed, ADMIN);
            for (int phase = 0; phase < Scenario.phases(); phase++) {
                phases.add(scenario.requests(REQUESTS_A_PHASE, TEST, PRODUCTION));
            }
            Random division = new Random(seed);
            List<String> alone = outcome(phases, new Random(0), 1, 0);
            List<String> together = outcome(phases, division, 12, 0);
            List<String> failing = outcome(phases, division, 12, 0.4);
            assertThat(together).as("batches, seed %d", seed).isEqualTo(alone);
            assertThat(failing).as("failing batches, seed %d", seed).isEqualTo(alone);
        }
    }

    /// Covers a case that is rare in random scenarios: a transaction contains an erasure, with jobs of the same
    /// person before and after it.
    @Test
    void aRequestAfterAnErasureSeesTheErasedJobs() {
        Scenario scenario = new Scenario(0, ADMIN);
        List<Command> commands = scenario.jobsOfSomebodyWhoIsErased();
        List<WriteRequest> requests = new ArrayList<>();
        for (Command command : commands) {
            boolean onUser = command instanceof Command.OnUser;
            Write write = new Write(
                    ADMIN,
                    onUser ? UserRef.identifier(Identifier.Kind.EXTERNAL_ID, "ext-1") : null,
                    List.of(command),
                    null);
            Origin origin = new Origin("test", "request-" + requests.size(), null);
            requests.add(new WriteRequest(PRODUCTION, write, origin, null, false, 0));
        }
        List<String> alone = outcome(List.of(requests), new Random(0), 1, 0);
        for (int seed = 1; seed <= 20; seed++) {
            assertThat(outcome(List.of(requests), new Random(seed), 12, 0))
                    .as("batches, seed %d", seed)
                    .isEqualTo(alone);
        }
    }

    /// Returns everything that can be observed about a run: the responses, then all rows.
    private List<String> outcome(List<List<WriteRequest>> phases, Random division, int max, double failures) {
        try (Database database = open();
                LaneStore store = database.lane()) {
            MasterKeys masterKeys = MasterKeys.parse(Base64.getEncoder().encodeToString(new byte[32]) + "\n", "test");
            RealmKeys realmKeys = new RealmKeys(database, masterKeys);
            makeSystemRealm(store, masterKeys);
            Clock clock = new Clock(division);
            GroupCommit groups = new GroupCommit(store, realmKeys, UUID::randomUUID, clock, (_, _, _) -> {});
            WriteRequest tenant = new WriteRequest(
                    Realm.SYSTEM,
                    new Write(Actor.ROOT, null, List.of(Scenario.tenant(TEST, PRODUCTION, KEY)), null),
                    new Origin("test", "tenant", null),
                    null,
                    false,
                    0);
            List<String> seen = new ArrayList<>();
            run(groups, List.of(pending(tenant, 1_000_000)), seen);
            int number = 0;
            for (int phase = 0; phase < phases.size(); phase++) {
                clock.phase = phase;
                List<PendingWrite> pendingWrites = new ArrayList<>();
                for (WriteRequest request : phases.get(phase)) {
                    pendingWrites.add(pending(request, number++));
                }
                for (int at = 0; at < pendingWrites.size(); ) {
                    int size = Math.min(1 + division.nextInt(max), pendingWrites.size() - at);
                    clock.failures = failures;
                    run(groups, pendingWrites.subList(at, at + size), seen);
                    at += size;
                }
            }
            dump(database, store, seen);
            return seen;
        }
    }

    private static void makeSystemRealm(LaneStore store, MasterKeys masterKeys) {
        ReplayableRandom random = new ReplayableRandom(new byte[32]);
        store.lock(List.of(), true);
        Batch batch = new Batch();
        batch.newRealms.add(new RealmRow(
                new Realm(Realm.SYSTEM, "", Environment.PRODUCTION),
                masterKeys.wrap(RealmKey.create(Realm.SYSTEM, random), random)));
        store.save(batch);
        store.commit();
    }

    private static void run(GroupCommit groups, List<PendingWrite> pendingWrites, List<String> seen) {
        pendingWrites.forEach(PendingWrite::take);
        groups.run(pendingWrites);
        for (PendingWrite pending : pendingWrites) {
            seen.add(pending.request.origin().requestId() + " "
                    + switch (pending.outcome().join()) {
                        case PendingWrite.WriteOutcome.Decided(var result) -> result.toString();
                        case PendingWrite.WriteOutcome.Replay(var row) ->
                            "replay " + row.seq() + " " + row.at() + row.subject();
                        case PendingWrite.WriteOutcome.Failed(var cause) -> "failed " + cause;
                    });
        }
    }

    private static PendingWrite pending(WriteRequest request, int number) {
        WriteRequest.Retry retry = request.retry();
        RetryRow row = retry == null
                ? null
                : new RetryRow(
                        request.realm(),
                        KEY,
                        key(retry.key()),
                        Arrays.copyOf(retry.request().bytes(), 32),
                        0,
                        Instant.EPOCH,
                        new dev.muster.model.Event.Subject(dev.muster.model.Event.Subject.Type.USER, KEY));
        return new PendingWrite(request, Scenario.randomness(number), row);
    }

    private static void dump(Database database, LaneStore store, List<String> seen) {
        for (long realm : new long[] {Realm.SYSTEM, TEST, PRODUCTION}) {
            BatchRow present = database.read(reads -> reads.journal().present(realm));
            if (present == null) {
                seen.add(realm + " empty");
                continue;
            }
            // Batch numbers and transaction ids depend on the division, so they are left out.
            seen.add(realm + " " + present.lastSeq() + " " + HexFormat.of().formatHex(present.head()) + " "
                    + present.number() + " " + present.counters().text() + " " + present.at());
            List<UserRow> users = database.read(reads -> reads.users().list(TestRows.allUsers(realm, 0), 1000, 0));
            users.forEach(row -> seen.add(shown(row)));
            database.read(reads -> reads.journal().entries(realm, 0, Long.MAX_VALUE, 10_000))
                    .forEach(row -> seen.add(shown(row)));
            database.read(reads -> reads.groups().page(GroupOrPolicyRow.GROUPS, realm, "", 1000, 0))
                    .forEach(row -> seen.add(shown(row)));
            database.read(reads -> reads.groups().page(GroupOrPolicyRow.POLICIES, realm, "", 1000, 0))
                    .forEach(row -> {
                        seen.add(shown(row));
                        seen.add(database.read(reads -> reads.groups().groupsOfPolicy(realm, row.id()))
                                .toString());
                    });
            dumpAffiliations(store, realm, users, seen);
            for (int i = 0; i < Scenario.FEW; i++) {
                int which = i;
                seen.add(shown(database.read(reads -> reads.jobs().job(realm, Scenario.jobId(which)))));
                RetryRow retry = new RetryRow(
                        realm, KEY, key("key-" + which), new byte[0], 0, Instant.EPOCH, Event.Subject.THE_REALM);
                SignatureRow signature = new SignatureRow(
                        realm, Arrays.copyOf(Scenario.signature(which).bytes(), 16), new byte[0], Instant.EPOCH);
                LoadedRows answered = store.load(Map.of(), List.of(retry), List.of(signature));
                answered.signatures.forEach(row -> seen.add(shown(row)));
                answered.retries.forEach(row -> seen.add(shown(row)));
            }
        }
    }

    /// Adds all memberships and assignments, including memberships that are not in effect, which readers do not
    /// see.
    private static void dumpAffiliations(LaneStore store, long realm, List<UserRow> users, List<String> seen) {
        LoadPlan needs = new LoadPlan();
        users.forEach(row -> needs.people.user(UserRef.id(row.user().id())));
        needs.memberships.affiliations = true;
        store.lock(List.of(realm), true);
        store.present(List.of(realm));
        LoadedRows loaded = store.load(Map.of(realm, needs), List.of(), List.of());
        store.rollback();
        loaded.memberships.stream().map(BatchingIsInvisibleTest::shown).sorted().forEach(seen::add);
        loaded.assignments.stream().map(BatchingIsInvisibleTest::shown).sorted().forEach(seen::add);
    }

    /// Returns a row as text, with byte arrays in hexadecimal.
    private static String shown(Object row) {
        if (row == null) {
            return "none";
        }
        if (row instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (!row.getClass().isRecord() || !row.getClass().getSimpleName().endsWith("Row")) {
            return row.toString();
        }
        StringBuilder text = new StringBuilder();
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                text.append(shown(component.getAccessor().invoke(row))).append(' ');
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
        return text.toString();
    }

    private static byte[] key(String text) {
        return Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 16);
    }

    /// The lane's clock, which is constant within a phase. The lane reads it once a transaction has its locks. At
    /// that moment the clock may simulate a storage failure, after which the lane runs the batch again or divides
    /// it.
    private static final class Clock implements Supplier<Instant> {
        private final Random random;
        private int phase;
        private double failures;

        Clock(Random random) {
            this.random = random;
        }

        @Override
        public Instant get() {
            if (random.nextDouble() < failures) {
                // Failures become rarer, so that a request which is alone in its batch is not taken to be the cause.
                failures = failures < 0.05 ? 0 : failures / 2;
                throw new StorageException(StorageException.Kind.CONFLICT, "made to fail", new RuntimeException());
            }
            return Scenario.at(phase);
        }
    }
}
