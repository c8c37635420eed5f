package dev.muster.directory;

import dev.muster.directory.journal.EntryReader;
import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalPart;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.keys.Unreadable;
import dev.muster.directory.lane.Lanes;
import dev.muster.directory.lane.PendingWrite;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Standing;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.storage.Database;
import dev.muster.storage.JournalFilter;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.StandbyReads;
import dev.muster.storage.UserRow;
import dev.muster.storage.UserTables.StandingRow;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BinaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The entry point for reads and writes of users. Writes wait in their realm's queue until a lane executes them; reads
/// go directly to storage. Every method blocks. This class is thread-safe.
///
/// All methods that read users refuse Forbidden without `users:read`, and Busy if storage does not respond in time.
public final class Directory {
    /// How many of the newest entries about a job are searched for its review. Reading its evidence makes entries too.
    private static final int MAX_ENTRIES_FOR_REVIEW = 500;

    /// How long a write may wait in its queue before it is refused as `Busy`.
    private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(5);

    /// How long to wait for the outcome of a write that a lane has taken, before it is refused as `OutcomeUnknown`.
    private static final Duration OUTCOME_TIMEOUT = Duration.ofSeconds(60);

    private final Database database;
    private final RealmKeys realmKeys;
    private final Lanes lanes;
    private final RandomGenerator random;
    private final ReadClock now;
    private final Set<InFlight> inFlight = ConcurrentHashMap.newKeySet();

    private record InFlight(long realm, UUID actor, String key) {}

    Directory(Database database, RealmKeys realmKeys, Lanes lanes, RandomGenerator random, ReadClock now) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.lanes = lanes;
        this.random = random;
        this.now = now;
    }

    // Writes

    /// Executes a write, and returns once it is durable or refused. A repeated request with the same idempotency
    /// key gets the first response.
    ///
    /// Refuses: InFlight while a request with the same idempotency key is in progress, Busy if no lane took the
    /// write in time, OutcomeUnknown if storage did not confirm it in time, NeedsApproval if it now waits for
    /// approval, SecretNotKept if the first response contained a secret, and whatever the lane and the rules
    /// refuse.
    public Result<Change> execute(WriteRequest request) {
        WriteRequest.Retry retry = request.retry();
        if (retry == null) {
            return waiting(request, carryOut(new PendingWrite(request, ReplayableRandom.draw(random), null)));
        }
        UUID actor = request.write().actor().ref().id();
        InFlight flight = new InFlight(request.realm(), actor, retry.key());
        if (!inFlight.add(flight)) {
            return Result.refused(new Refusal.InFlight());
        }
        try {
            RetryRow row = new RetryRow(
                    request.realm(),
                    actor,
                    shortDigest(retry.key()),
                    retry.request().bytes(),
                    0,
                    Instant.EPOCH,
                    new Event.Subject(Event.Subject.Type.USER, actor));
            return waiting(request, carryOut(new PendingWrite(request, ReplayableRandom.draw(random), row)));
        } finally {
            inFlight.remove(flight);
        }
    }

    /// Returns a refusal for a write that was stored to wait for approval instead of being executed. A dry run
    /// stores nothing, so its refusal has no id.
    private static Result<Change> waiting(WriteRequest request, Result<Change> result) {
        return result instanceof Result.Ok<Change>(var change)
                        && change.about() instanceof Change.AwaitsApproval(var approval)
                ? Result.refused(
                        new Refusal.NeedsApproval(request.dryRun() && !change.replayed() ? null : approval.id()))
                : result;
    }

    private Result<Change> carryOut(PendingWrite pending) {
        if (!lanes.offer(pending)) {
            return Result.refused(new Refusal.Busy(StorageFailures.RETRY_AFTER));
        }
        return switch (await(pending)) {
            case PendingWrite.WriteOutcome.Decided(var result) -> result;
            case PendingWrite.WriteOutcome.Replay(var earlier) ->
                new StoredResponses(database, realmKeys).replay(pending.request, earlier);
            case PendingWrite.WriteOutcome.Failed(UnreadableException cause) -> unreadable(cause);
            // A write inserts only keys that were free when it was decided, so a duplicate key means that the rows it
            // was decided on were altered.
            case PendingWrite.WriteOutcome.Failed(StorageException cause)
            when cause.kind() == StorageException.Kind.DUPLICATE ->
                unreadable(new UnreadableException("realm", Long.toString(pending.request.realm()), cause));
            case PendingWrite.WriteOutcome.Failed(var cause) ->
                throw new IllegalStateException("a write failed: " + cause.getMessage(), cause);
        };
    }

    private static Result<Change> unreadable(UnreadableException cause) {
        Unreadable.report(cause);
        return Result.refused(cause.refusal());
    }

    private PendingWrite.WriteOutcome await(PendingWrite pending) {
        try {
            try {
                return pending.outcome().get(QUEUE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return pending.withdraw()
                        ? new PendingWrite.WriteOutcome.Decided(
                                Result.refused(new Refusal.Busy(StorageFailures.RETRY_AFTER)))
                        : pending.outcome().get(OUTCOME_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException | InterruptedException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return new PendingWrite.WriteOutcome.Decided(Result.refused(new Refusal.OutcomeUnknown()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a pending write is answered, never failed", e);
        }
    }

    private static byte[] shortDigest(String text) {
        return Arrays.copyOf(Digest.sha256(text).bytes(), 16);
    }

    // Reads

    /// Returns a user in their current state. `Barred` takes precedence over `NotFound`.
    public Result<AsOf<User>> find(Actor actor, long realm, UserRef ref) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            UserRow row = database.user(realm, ref);
            if (row == null) {
                return Result.refused(missing(realm, ref));
            }
            Instant at = now.instant();
            return Result.ok(
                    new AsOf<>(new HistoryReader(realmKeys.get(realm)).user(row).at(at), at));
        });
    }

    /// Returns those of these users who exist and can be read, by id, all as of the same time.
    public Result<AsOf<Map<UUID, User>>> find(Actor actor, long realm, Collection<UUID> ids) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            List<UserRef> refs =
                    ids.stream().distinct().<UserRef>map(UserRef::id).toList();
            Map<UserRef, UserRow> rows = database.read(reads -> reads.users().users(realm, refs));
            Instant at = now.instant();
            Map<UUID, User> found = new HashMap<>();
            new HistoryReader(realmKeys.get(realm))
                    .readable(rows.values(), at)
                    .forEach(user -> found.put(user.id(), user));
            return Result.ok(new AsOf<>(found, at));
        });
    }

    /// Returns a user as they were at `at`. Refuses: NotFound if they were not registered yet, Invalid if `at` is
    /// in the future, Erased if their journal entries can no longer be read.
    public Result<AsOf<User>> find(Actor actor, long realm, UserRef ref, Instant at) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            if (at.isAfter(now.instant())) {
                return Result.refused(new Refusal.Invalid("at", "in_the_future", "Must not be in the future."));
            }
            return database.<Result<AsOf<User>>>snapshot(reads -> {
                UserRow row = reads.users().user(realm, ref);
                if (row == null) {
                    return Result.refused(missing(realm, ref));
                }
                if (at.isBefore(row.user().registeredAt())) {
                    return Result.refused(new Refusal.NotFound("user", ref.text()));
                }
                return new HistoryReader(realmKeys.get(realm))
                        .asOf(reads, row, at)
                        .map(user -> new AsOf<>(user.at(at), at));
            });
        });
    }

    /// Whether a user may act now.
    public Result<Standing> standing(Actor actor, long realm, UserRef ref) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            StandingRow row = database.standing(realm, ref);
            return row == null
                    ? Result.refused(missing(realm, ref))
                    : Result.ok(Standing.of(row.id(), row.holds(), row.version(), now.instant()));
        });
    }

    /// Whether a user could act at `at`, a time in the past.
    public Result<Standing> standing(Actor actor, long realm, UserRef ref, Instant at) {
        return find(actor, realm, ref, at).map(seen -> seen.value().standing(at));
    }

    /// Returns whether each of these users may act now, in the given order, all as of the same time. A missing user
    /// gets a refusal of their own, `Barred` or `NotFound`, and a user whose row cannot be read gets `Unreadable`.
    public Result<AsOf<List<Result<Standing>>>> standings(Actor actor, long realm, List<UserRef> refs) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            Map<UserRef, StandingRow> rows =
                    database.read(reads -> reads.users().standings(realm, refs));
            Instant at = now.instant();
            Map<UserRef, Result<Standing>> missing = new HashMap<>();
            List<Result<Standing>> all = new ArrayList<>(refs.size());
            for (UserRef ref : refs) {
                StandingRow row = rows.get(ref);
                all.add(
                        row == null
                                ? missing.computeIfAbsent(ref, _ -> Result.refused(missing(realm, ref)))
                                : StorageFailures.of(
                                        () -> Result.ok(Standing.of(row.id(), row.holds(), row.version(), at))));
            }
            return Result.ok(new AsOf<>(all, at));
        });
    }

    /// Returns one page of users in their current state, with the total.
    public Result<AsOf<Page<User>>> list(Actor actor, long realm, UserQuery query) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            Instant at = now.instant();
            return query.filters() == 0
                    ? Result.ok(new AsOf<>(
                            database.primaryOrStandby(realm)
                                    .list(reads -> UserLister.allUsers(realmKeys.get(realm), reads, query, at)),
                            at))
                    : database.primaryOrStandby(realm)
                            .search(reads -> new UserLister(realmKeys.get(realm), reads, query, at).page());
        });
    }

    /// Returns the journal entries about one user, newest first.
    ///
    /// @param before only entries with a lower `seq`; null to start with the newest
    public Result<Page<JournalEntry>> history(Actor actor, long realm, UserRef ref, int limit, @Nullable Long before) {
        return history(actor, realm, ref, limit, before, null);
    }

    /// Returns the journal entries about one user, newest first. A page examines at most 10,000 entries, so it may
    /// be short or empty even though another page follows.
    ///
    /// @param before only entries with a lower `seq`; null to start with the newest
    /// @param action an action or a prefix of one, such as `user.hold`; null for all
    public Result<Page<JournalEntry>> history(
            Actor actor, long realm, UserRef ref, int limit, @Nullable Long before, @Nullable String action) {
        return history(actor, realm, ref, List.of(), limit, before, action);
    }

    /// Like [#history(Actor, long, UserRef, int, Long, String)], with the reviews of these jobs.
    ///
    /// @param jobs jobs of this user that the actor may read
    public Result<Page<JournalEntry>> history(
            Actor actor,
            long realm,
            UserRef ref,
            List<UUID> jobs,
            int limit,
            @Nullable Long before,
            @Nullable String action) {
        return StorageFailures.withScope(
                actor,
                Scope.USERS_READ,
                () -> database.primaryOrStandby(realm).<Result<Page<JournalEntry>>>snapshot(reads -> {
                    UserRow row = reads.users().user(realm, ref);
                    if (row == null) {
                        return Result.refused(missing(realm, ref));
                    }
                    UUID id = row.id();
                    Collection<JournalRow> reviews = reviews(reads, realm, jobs);
                    JournalPart part = JournalPart.of(
                            (from, length) ->
                                    merged(reads.journal().history(realm, id, from, length), reviews, from, length),
                            before == null ? Long.MAX_VALUE : before,
                            entry -> action == null || JournalSearch.isBelow(entry.action(), action),
                            limit);
                    JournalFilter all = new JournalFilter(action, null, null, null);
                    long count = reads.filteredJournal().countHistory(realm, id, all, Page.MAX_COUNTED + 1);
                    long counted = reviews.stream()
                            .filter(review -> action == null || JournalSearch.isBelow(review.action(), action))
                            .count();
                    return Result.ok(Page.counted(
                            new EntryReader(realmKeys.get(realm)).entries(reads, part.found()),
                            count + counted,
                            part.next()));
                }));
    }

    /// Returns the newest review of each job, read with one statement.
    private static Collection<JournalRow> reviews(StandbyReads reads, long realm, List<UUID> jobs) {
        return jobs.isEmpty()
                ? List.of()
                : reads.journal().newest(realm, jobs, 0, MAX_ENTRIES_FOR_REVIEW).stream()
                        .filter(row -> row.action().equals(Event.Action.JOB_REVIEWED.wireName()))
                        .collect(Collectors.toMap(
                                row -> row.subject().id(),
                                row -> row,
                                BinaryOperator.maxBy(Comparator.comparingLong(JournalRow::seq))))
                        .values();
    }

    /// The newest rows of both lists before `from`.
    private static List<JournalRow> merged(
            List<JournalRow> rows, Collection<JournalRow> others, long from, int length) {
        return others.isEmpty()
                ? rows
                : Stream.concat(rows.stream(), others.stream().filter(row -> row.seq() < from))
                        .sorted(Comparator.comparingLong(JournalRow::seq).reversed())
                        .limit(length)
                        .toList();
    }

    /// Why the user was not found: `Barred` or `NotFound`.
    Refusal missing(long realm, UserRef ref) {
        Identifier.Key key = ref.barrable();
        if (key != null) {
            Fingerprint fingerprint = realmKeys.get(realm).fingerprints().of(key);
            if (database.read(reads -> reads.users().bar(realm, fingerprint)) != null) {
                return new Refusal.Barred();
            }
        }
        return new Refusal.NotFound("user", ref.text());
    }
}
