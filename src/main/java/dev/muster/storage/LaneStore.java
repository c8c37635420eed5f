package dev.muster.storage;

import dev.muster.model.Counters;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One lane's own connection, for its one thread. A transaction goes [#lock], [#present], [#load], [#save],
/// [#commit]; after a [StorageException] of kind `UNREACHABLE` call [#reconnect], else [#rollback].
public final class LaneStore implements AutoCloseable {
    /// How many of a realm's batches are kept.
    private static final int KEPT_BATCHES = 1000;

    /// How seldom the older ones are taken away.
    private static final int TRIM_EVERY = 256;

    private final Engine engine;
    private final Map<UUID, User> loadedUsers = new HashMap<>();

    /// The names of groups and policies.
    private final Map<UUID, String> loadedNames = new HashMap<>();

    /// By realm, where they were set.
    private final Map<Long, Rows.QuotaRow> quotas = new HashMap<>();

    private Session session;
    private boolean inTransaction;
    private long plans;
    private int rows;
    private @Nullable Instant clock;

    LaneStore(Engine engine) {
        this.engine = engine;
        session = engine.writer();
        plans = engine.plans();
    }

    /// Begins a transaction and locks these realms' rows, in the order of their numbers; those that another server has
    /// locked are left out, unless `wait` says to wait for them (at most `lock_timeout`). Realms that
    /// do not exist are left out too.
    public List<Long> lock(Collection<Long> realms, boolean wait) {
        begin();
        // On SQLite the transaction itself is the lock: there is no other writer.
        String lock = wait && session.kind() == DatabaseKind.POSTGRES ? "realms_lock_waiting" : "realms_lock";
        return session.list(lock, to -> to.values("bigint", realms), Row::number);
    }

    private void begin() {
        if (inTransaction) {
            throw new IllegalStateException("the transaction before was neither committed nor rolled back");
        }
        if (session.isClosed()) {
            throw new StorageException(StorageException.Kind.UNREACHABLE, "the connection is gone");
        }
        engine.takeTurn(session);
        inTransaction = true;
        if (plans != engine.plans()) {
            plans = engine.plans();
            session.execute("discard plans");
        }
        session.begin();
    }

    /// The last batch of each realm; one with `no` 0, `seq` 0, and an empty head where there is none.
    /// To be called after [#lock]: what it reads is no older than the locks.
    public List<Rows.BatchRow> present(Collection<Long> realms) {
        Map<Long, Rows.BatchRow> last = new LinkedHashMap<>();
        realms.forEach(realm -> last.put(realm, none(realm)));
        session.list("batches_last", to -> to.values("bigint", realms), row -> {
            if (session.kind() == DatabaseKind.POSTGRES) {
                clock = row.instant();
                if (!row.truth()) {
                    return clock;
                }
            }
            Rows.BatchRow found = Columns.batch(row);
            if (row.truth()) {
                quotas.put(found.realm(), Columns.quotas(found.realm(), row));
            }
            return last.put(found.realm(), found);
        });
        return List.copyOf(last.values());
    }

    /// The quotas of a realm that [#present] was asked for, or null where nothing was set.
    public Rows.@Nullable QuotaRow quotas(long realm) {
        return quotas.get(realm);
    }

    private static Rows.BatchRow none(long realm) {
        return new Rows.BatchRow(realm, 0, new UUID(0, 0), 0, 0, new byte[0], 0, Counters.ZERO, Instant.EPOCH);
    }

    /// The database server's clock, or `machine` on SQLite, cut to milliseconds. It stands still within a
    /// transaction from [#present] on.
    public Instant clock(InstantSource machine) {
        Instant known = clock;
        if (known == null) {
            known = switch (session.kind()) {
                case SQLITE -> machine.instant().truncatedTo(ChronoUnit.MILLIS);
                case POSTGRES -> Objects.requireNonNull(session.one("clock", _ -> {}, Columns::instant));
            };
            clock = inTransaction ? known : null;
        }
        return known;
    }

    /// Loads all that is needed of each realm, the answers kept under these idempotency keys (of which only realm,
    /// actor and key are looked at), and what is known of these signatures (realm and signature), with a few
    /// set-based statements. The users of jobs that are needed are added to `needs`.
    public Loaded load(
            Map<Long, LoadPlan> needs, Collection<Rows.RetryRow> retries, Collection<Rows.SignatureRow> signatures) {
        Loaded loaded = new Loaded();
        Loading loading = new Loading(session, needs);
        loading.jobs(loaded.jobs);
        loading.users(loaded.users);
        loading.bars(loaded.bars);
        loading.cards(loaded.cards);
        loading.jobNames(loaded.jobNames);
        loading.keys(loaded.keys);
        loading.operators(loaded.operators);
        loading.tenants(loaded.tenants);
        loading.affiliations(loaded);
        loadRetries(retries, loaded.retries);
        loadSignatures(signatures, loaded.signatures);
        loaded.groups.forEach(row -> loadedNames.put(row.id(), row.name()));
        loaded.policies.forEach(row -> loadedNames.put(row.id(), row.name()));
        for (Rows.UserRow row : loaded.users) {
            if (row.readable()) {
                loadedUsers.put(row.id(), row.user());
            }
        }
        return loaded;
    }

    private void loadSignatures(Collection<Rows.SignatureRow> wanted, Collection<Rows.SignatureRow> all) {
        if (!wanted.isEmpty()) {
            Map<Long, List<byte[]>> byRealm = new LinkedHashMap<>();
            for (Rows.SignatureRow row : wanted) {
                byRealm.computeIfAbsent(row.realm(), _ -> new ArrayList<>()).add(row.signature());
            }
            all.addAll(session.list("signatures_by_signature", to -> to.values("bytea", byRealm), Columns::signature));
        }
    }

    private void loadRetries(Collection<Rows.RetryRow> wanted, Collection<Rows.RetryRow> all) {
        if (wanted.isEmpty()) {
            return;
        }
        all.addAll(session.list(
                "retries_by_key",
                to -> {
                    switch (session.kind()) {
                        case SQLITE -> {
                            Map<Long, List<String>> byRealm = new LinkedHashMap<>();
                            for (Rows.RetryRow row : wanted) {
                                byRealm.computeIfAbsent(row.realm(), _ -> new ArrayList<>())
                                        .add(JsonColumns.hex(Binder.bytesOf(row.actor())) + JsonColumns.hex(row.key()));
                            }
                            to.values("text", byRealm);
                        }
                        case POSTGRES ->
                            to.values(
                                            "bigint",
                                            wanted.stream()
                                                    .map(Rows.RetryRow::realm)
                                                    .toList())
                                    .values(
                                            "uuid",
                                            wanted.stream()
                                                    .map(Rows.RetryRow::actor)
                                                    .toList())
                                    .values(
                                            "bytea",
                                            wanted.stream()
                                                    .map(Rows.RetryRow::key)
                                                    .toList());
                    }
                },
                Columns::retry));
    }

    /// Writes all of `batch`. Users, groups and policies that were changed must have been loaded in this
    /// transaction.
    public void save(Batch batch) {
        session.batch("tenant_insert", batch.newTenants, 1, Columns::insert);
        session.batch("realm_insert", batch.newRealms, 1, Columns::insert);
        saveUsers(batch);
        session.batch("journal_insert", batch.journal, 1, Columns::insert);
        session.batch("bar_delete", batch.annulledBars, -1, Columns::annulled);
        session.batch("bar_insert", batch.newBars, 1, Columns::print);
        session.batch("card_delete", batch.lostCards, -1, Columns::print);
        session.batch("card_insert", batch.newCards, -1, Columns::print);
        session.batch("key_insert", batch.newKeys, 1, Columns::insert);
        session.batch("key_update", batch.changedKeys, 1, Columns::update);
        // In this order: the name of one who is deleted may be a new one's.
        session.batch("operator_update", batch.changedOperators, 1, Columns::update);
        session.batch("operator_insert", batch.newOperators, 1, Columns::insert);
        saveGroups(batch);
        savePolicies(batch);
        saveAffiliations(batch);
        saveJobs(batch);
        session.batch("quota_put", batch.quotas, 1, Columns::put);
        session.batch("retry_insert", batch.retries, 1, Columns::insert);
        session.batch("signature_insert", batch.signatures, -1, Columns::insert);
        session.batch("batch_insert", batch.batches, 1, Columns::insert);
        session.batch("day_end_insert", batch.dayEnds, 1, Columns::insert);
        trim(batch.batches);
        rows += batch.newUsers.size() + batch.changedUsers.size() + batch.journal.size() + batch.batches.size();
        rows += batch.newJobs.size() + batch.changedJobs.size() + batch.newMemberships.size();
        rows += batch.newAssignments.size() + batch.changedGroups.size() + batch.signatures.size();
    }

    /// As with users: a name may go from one group to another within a transaction, so all that are given up go
    /// first.
    private void saveGroups(Batch batch) {
        List<Rows.GroupRow> renamed = batch.changedGroups.stream()
                .filter(row ->
                        !row.group().name().equals(loadedNames.get(row.group().id())))
                .toList();
        session.batch("group_delete", batch.deletedGroups, 1, GroupColumns::delete);
        session.batch("group_clear_name", renamed, 1, GroupColumns::which);
        session.batch("group_update", batch.changedGroups, 1, GroupColumns::update);
        session.batch("group_update_name", renamed, 1, GroupColumns::rename);
        session.batch("group_insert", batch.newGroups, 1, GroupColumns::insert);
    }

    private void savePolicies(Batch batch) {
        List<Rows.PolicyRow> renamed = batch.changedPolicies.stream()
                .filter(row ->
                        !row.policy().name().equals(loadedNames.get(row.policy().id())))
                .toList();
        session.batch("policy_delete", batch.deletedPolicies, 1, GroupColumns::delete);
        session.batch("policy_clear_name", renamed, 1, GroupColumns::which);
        session.batch("policy_update", batch.changedPolicies, 1, GroupColumns::update);
        session.batch("policy_update_name", renamed, 1, GroupColumns::rename);
        session.batch("policy_insert", batch.newPolicies, 1, GroupColumns::insert);
    }

    private void saveAffiliations(Batch batch) {
        session.batch("membership_delete", batch.lostMemberships, 1, GroupColumns::lose);
        session.batch("membership_insert", batch.newMemberships, 1, GroupColumns::insert);
        session.batch("assignment_delete", batch.lostAssignments, 1, GroupColumns::lose);
        session.batch("assignment_insert", batch.newAssignments, 1, GroupColumns::insert);
        session.batch("group_assignment_delete", batch.lostGroupAssignments, 1, GroupColumns::key);
        session.batch("group_assignment_insert", batch.newGroupAssignments, 1, GroupColumns::key);
        session.batch("memberships_count", batch.affiliationsCount, -1, GroupColumns::count);
        session.batch("assignments_count", batch.affiliationsCount, -1, GroupColumns::count);
    }

    private void saveJobs(Batch batch) {
        session.batch(
                "jobs_claim",
                batch.claimedJobs,
                -1,
                (to, row) -> to.uuid(row.user()).number(row.realm()).bytes(row.print()));
        session.batch("job_update", batch.changedJobs, 1, JobColumns::update);
        session.batch("job_insert", batch.newJobs, 1, JobColumns::insert);
        session.batch(
                "jobs_erase",
                batch.erasedUsers,
                -1,
                (to, row) -> to.number(row.realm()).uuid(row.user()));
    }

    /// An identifier may go from one user to another within a transaction, even both ways: so all that are given up
    /// go first. Identifiers that stay are not written, since SQLite would touch each of their indexes.
    private void saveUsers(Batch batch) {
        List<Rows.UserRow> renamed = new ArrayList<>();
        for (Rows.UserRow row : batch.changedUsers) {
            if (isRenamed(row.user())) {
                renamed.add(row);
            }
        }
        session.batch(
                "user_clear_identifiers",
                renamed,
                1,
                (to, row) -> to.number(row.realm()).uuid(row.user().id()));
        session.batch("user_update", batch.changedUsers, 1, UserColumns::update);
        session.batch("user_update_identifiers", renamed, 1, UserColumns::updateIdentifiers);
        session.batch("user_insert", batch.newUsers, 1, UserColumns::insert);
        markForSearch(batch.changedUsers);
    }

    /// Where a realm has an index for searches, it is not changed here, but told of whom it may say what is no longer
    /// so.
    private void markForSearch(List<Rows.UserRow> changed) {
        List<Rows.UserRow> otherTexts =
                changed.stream().filter(row -> hasOtherTexts(row.user())).toList();
        session.batch(
                "search_mark",
                otherTexts,
                -1,
                (to, row) -> to.number(row.user().number())
                        .number(row.user().version())
                        .number(row.realm())
                        .number(row.user().number()));
    }

    private boolean hasOtherTexts(User user) {
        User before = loadedUsers.get(user.id());
        return before == null || !Objects.equals(before.name(), user.name()) || isRenamed(user);
    }

    private boolean isRenamed(User user) {
        User before = loadedUsers.get(user.id());
        if (before == null) {
            return true;
        }
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            if (!Objects.equals(before.identifier(kind), user.identifier(kind))) {
                return true;
            }
        }
        return false;
    }

    private void trim(List<Rows.BatchRow> batches) {
        List<Rows.BatchRow> due = batches.stream()
                .filter(row -> row.no() % TRIM_EVERY == 0 && row.no() > KEPT_BATCHES)
                .toList();
        session.batch("batch_trim", due, -1, (to, row) -> to.number(row.realm()).number(row.no() - KEPT_BATCHES));
    }

    public void commit() {
        session.commit();
        engine.wrote(rows);
        ended();
    }

    /// Gives the transaction up. When that fails too, the connection is not to be used again: [#reconnect].
    public void rollback() {
        if (!inTransaction) {
            return;
        }
        try {
            session.rollback();
        } catch (StorageException e) {
            // SQLite itself has rolled back after some errors, and then says that there is nothing to roll back.
            if (session.kind() == DatabaseKind.POSTGRES) {
                throw e;
            }
            reconnect();
            return;
        }
        ended();
    }

    /// Says, before the transaction is given up, that there was no room for it.
    /// What is urgent is then worth another try.
    public void noRoom() {
        if (inTransaction) {
            engine.noRoom();
        }
    }

    /// Whether there is so little room that only what is urgent may be written.
    public boolean isTight() {
        return engine.isTight();
    }

    private void ended() {
        loadedUsers.clear();
        loadedNames.clear();
        quotas.clear();
        rows = 0;
        clock = null;
        if (inTransaction) {
            inTransaction = false;
            engine.endTurn();
        }
    }

    /// Gives up the connection, whatever its state, and opens another.
    public void reconnect() {
        close();
        engine.lookForRoom();
        session = engine.writer();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (StorageException e) {
            // It was to go in any case.
        } finally {
            ended();
        }
    }

    /// The `txn` of a realm's batch `no`; null when there is none.
    public @Nullable UUID txn(long realm, long no) {
        return session.one("batch_txn", to -> to.number(realm).number(no), Row::uuid);
    }
}
