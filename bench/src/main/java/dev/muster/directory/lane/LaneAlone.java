package dev.muster.directory.lane;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.storage.Batch;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import dev.muster.storage.RealmTables.RealmRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Scanner;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;

/// Measures the throughput of a lane alone: one thread commits groups of a given size and does everything that the
/// server's lane does for each of them, from the lock to the commit, which includes loading, deciding, sealing, hashing
/// and saving. There is no HTTP, no queue and no waiting caller, so the result is the upper limit of a server's write
/// rate.
///
/// It runs as a separate process with its own database and reads commands such as `register 32 4000` or `hold 32 4000`
/// from its standard input, with the group size and the duration in milliseconds. It responds to each with a line that
/// contains the changes per second and the microseconds of processor time per change. One process serves all rounds, so
/// it is as warm in the third round as the server it is compared with.
@NullMarked
public final class LaneAlone {
    private static final long REALM = 5;

    private final GroupCommit groups;
    private final ApiKey key;
    private final SecureRandom random = new SecureRandom();
    private final List<UserRef> people = new ArrayList<>();
    private long registered;
    private long held;

    private LaneAlone(GroupCommit groups, ApiKey key) {
        this.groups = groups;
        this.key = key;
    }

    /// Executes commands until the input ends.
    ///
    /// @param args the initial number of users, a new folder and, for PostgreSQL, the URL of an empty database
    public static void main(String[] args) {
        int people = Integer.parseInt(args[0]);
        try (Database database =
                        args.length > 2 ? Database.postgres(args[2], null) : Database.sqlite(Path.of(args[1]), 0);
                LaneStore store = database.lane();
                Scanner told = new Scanner(System.in, StandardCharsets.US_ASCII)) {
            LaneAlone lane = found(database, store);
            while (lane.people.size() < people) {
                lane.commit(32, lane::registration).forEach(lane::remember);
            }
            System.out.println("ready");
            while (told.hasNext()) {
                boolean registers = told.next().equals("register");
                int size = told.nextInt();
                long nanos = told.nextInt() * 1_000_000L;
                System.out.println(lane.measure(size, nanos, registers ? lane::registration : lane::hold));
            }
        }
    }

    private static LaneAlone found(Database database, LaneStore store) {
        MasterKeys masterKeys =
                MasterKeys.parse(Base64.getEncoder().encodeToString(new byte[32]) + "\n", "the lane alone");
        ReplayableRandom random = new ReplayableRandom(new byte[32]);
        ApiKey key = new ApiKey(
                new UUID(1, 1),
                "bench",
                Role.ADMIN,
                Role.ADMIN.scopes(),
                Rank.SUPER,
                true,
                new Digest(new byte[32]),
                null,
                null,
                null,
                Instant.EPOCH,
                null,
                null,
                null,
                null,
                null);
        RealmRow realm = new RealmRow(
                new Realm(REALM, "bench", Environment.TEST), masterKeys.wrap(RealmKey.create(REALM, random), random));
        store.lock(List.of(), true);
        Batch first = new Batch();
        first.newRealms.add(realm);
        store.save(first);
        store.commit();
        RealmKeys realmKeys = new RealmKeys(database, masterKeys);
        KeyRow row = realmKeys.get(REALM).macs().sealed(new KeyRow(REALM, key, new byte[40], null));
        store.lock(List.of(REALM), true);
        Batch second = new Batch();
        second.newKeys.add(row);
        store.save(second);
        store.commit();
        InstantSource clock = InstantSource.system();
        GroupCommit groups =
                new GroupCommit(store, realmKeys, UUID::randomUUID, () -> store.clock(clock), (_, _, _) -> {});
        return new LaneAlone(groups, key);
    }

    private String measure(int size, long nanos, Supplier<Write> writes) {
        long changes = 0;
        long cpu = java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            changes += commit(size, writes).size();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double micros =
                (java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e3;
        return changes / seconds + " " + micros / changes;
    }

    /// Commits a group of `size` writes.
    private List<Change> commit(int size, Supplier<Write> writes) {
        List<PendingWrite> pendingWrites = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Origin origin = new Origin("rest", "0123456789abcdef", null);
            WriteRequest request = new WriteRequest(REALM, writes.get(), origin, null, false, 200);
            PendingWrite pending = new PendingWrite(request, ReplayableRandom.draw(random), null);
            pending.take();
            pendingWrites.add(pending);
        }
        groups.run(pendingWrites);
        return pendingWrites.stream().map(LaneAlone::changed).toList();
    }

    private static Change changed(PendingWrite pending) {
        return switch (pending.outcome().join()) {
            case PendingWrite.WriteOutcome.Decided(Result.Ok<Change>(var change))
            when !change.events().isEmpty() -> change;
            case PendingWrite.WriteOutcome other -> throw new IllegalStateException("not a change: " + other);
        };
    }

    private void remember(Change change) {
        people.add(UserRef.id(change.user().id()));
    }

    /// Creates a registration like those of `register.lua`.
    private Write registration() {
        long n = ++registered;
        Validator checks = new Validator();
        Command register = new Command.Register(
                checks.email("Anna.Berg.lane" + n + "@example.org"),
                checks.identifier(Identifier.Kind.EXTERNAL_ID, "lane-" + n),
                null,
                "Anna Berg",
                null,
                null,
                Tag.USER,
                null);
        return new Write(key.actor(), null, List.of(register), null);
    }

    /// Creates a change of a hold like those of `hold.lua`: one pass over all users places holds, and the next
    /// releases them.
    private Write hold() {
        long n = held++;
        UserRef person = people.get((int) (n % people.size()));
        long pass = n / people.size();
        Command command = pass % 2 == 0
                ? new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, "pass-" + pass, null, null)
                : new Command.ReleaseHold(HoldKind.SUSPENDED, Hold.MAIN, null, null);
        return new Write(key.actor(), person, List.of(command), null);
    }
}
