package dev.muster.directory;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.GroupCommit;
import dev.muster.directory.lane.PendingWrite;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.storage.Batch;
import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import dev.muster.storage.RealmTables.RealmRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// A random history of two realms without tampering. It consists of the requests of [Scenario], mixed with changes to
/// keys and operators and with annulled bars.
final class ReconcileScenario {
    private static final int REQUESTS_A_PHASE = 120;
    private static final List<String> NAMES = List.of("grace", "linus", "ada");

    private final Random random;
    private final RealmKeys realmKeys;
    private final GroupCommit groups;
    private final List<UUID> keys = new ArrayList<>();
    private int number;
    private Instant now = Scenario.START;

    ReconcileScenario(Database database, LaneStore store, long seed) {
        random = new Random(seed);
        MasterKeys masterKeys = MasterKeys.parse(Base64.getEncoder().encodeToString(new byte[32]) + "\n", "test");
        realmKeys = new RealmKeys(database, masterKeys);
        makeSystemRealm(store, masterKeys);
        groups = new GroupCommit(store, realmKeys, UUID::randomUUID, () -> now, (_, _, _) -> {});
        run(List.of(new WriteRequest(
                Realm.SYSTEM,
                new Write(
                        Actor.ROOT,
                        null,
                        List.of(Scenario.tenant(Running.REALM, Running.OTHER_REALM, Running.KEY)),
                        null),
                Running.origin(),
                null,
                false,
                0)));
    }

    RealmKeys realmKeys() {
        return realmKeys;
    }

    private static void makeSystemRealm(LaneStore store, MasterKeys masterKeys) {
        ReplayableRandom source = new ReplayableRandom(new byte[32]);
        store.lock(List.of(), true);
        Batch batch = new Batch();
        batch.newRealms.add(new RealmRow(
                new Realm(Realm.SYSTEM, "", Environment.PRODUCTION),
                masterKeys.wrap(RealmKey.create(Realm.SYSTEM, source), source)));
        store.save(batch);
        store.commit();
    }

    /// Runs all phases in batches of random sizes.
    void run(long seed) {
        Scenario scenario = new Scenario(seed, Running.ADMIN);
        for (int phase = 0; phase < Scenario.phases(); phase++) {
            now = Scenario.at(phase);
            List<WriteRequest> requests = new ArrayList<>();
            for (WriteRequest request : scenario.requests(REQUESTS_A_PHASE, Running.REALM, Running.OTHER_REALM)) {
                requests.add(request);
                if (random.nextInt(3) == 0) {
                    requests.add(more());
                }
            }
            for (int at = 0; at < requests.size(); ) {
                int size = Math.min(1 + random.nextInt(12), requests.size() - at);
                run(requests.subList(at, at + size));
                at += size;
                now = now.plusMillis(random.nextInt(50));
            }
        }
    }

    private WriteRequest more() {
        long realm = random.nextBoolean() ? Running.REALM : Running.OTHER_REALM;
        if (random.nextInt(5) == 0) {
            Write write = new Write(
                    Actor.ROOT, UserRef.number(1 + random.nextInt(6)), List.of(new Command.AnnulBar("in error")), null);
            return new WriteRequest(realm, write, Running.origin(), null, false, 0);
        }
        return Running.requestIn(realm, credential(), null, null, random.nextInt(10) == 0);
    }

    private Command credential() {
        Identifier name = new Validator().identifier(Identifier.Kind.USERNAME, NAMES.get(random.nextInt(NAMES.size())));
        return switch (random.nextInt(12)) {
            case 0, 1 -> {
                UUID id = new UUID(random.nextLong(), random.nextLong());
                keys.add(id);
                boolean role = random.nextBoolean();
                yield new Command.CreateKey(
                        id,
                        "key " + number,
                        role ? Role.MANAGER : null,
                        role ? Set.copyOf(Role.MANAGER.scopes()) : Set.of(Scope.USERS_READ, Scope.KEYS_WRITE),
                        any(Rank.values()),
                        random.nextInt(3) == 0,
                        random.nextBoolean() ? now.plusSeconds(random.nextInt(1, 1000)) : null,
                        new Digest(new byte[32]),
                        "mss_secret" + number);
            }
            case 2 ->
                new Command.RevokeKey(keys.isEmpty() ? Running.KEY : keys.get(random.nextInt(keys.size())), false);
            case 3, 8, 9 -> new OperatorCommand.CreateOperator(name, any(Role.values()), "$argon2id$" + number);
            case 4 -> new OperatorCommand.DisableOperator(name.key());
            case 5 -> new OperatorCommand.EnableOperator(name.key());
            case 6 -> new OperatorCommand.DeleteOperator(name.key());
            case 7 -> new OperatorCommand.ChangeOperatorRole(name.key(), any(Role.values()));
            case 10 ->
                new Command.ExpireKey(
                        keys.isEmpty() ? Running.KEY : keys.get(random.nextInt(keys.size())),
                        now.plusSeconds(random.nextInt(1, 1000)));
            default -> new OperatorCommand.ChangePassword(name.key(), "$argon2id$" + number);
        };
    }

    private void run(List<WriteRequest> requests) {
        List<PendingWrite> pendingWrites = requests.stream()
                .map(request -> new PendingWrite(request, Scenario.randomness(number++), null))
                .toList();
        pendingWrites.forEach(PendingWrite::take);
        groups.run(pendingWrites);
        for (PendingWrite pending : pendingWrites) {
            if (pending.outcome().join() instanceof PendingWrite.WriteOutcome.Failed(var cause)) {
                throw new AssertionError(pending.request.toString(), cause);
            }
        }
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
