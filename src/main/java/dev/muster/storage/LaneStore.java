package dev.muster.storage;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.RealmState;
import dev.muster.model.user.User;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.RealmTables.QuotaRow;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A lane's own connection, used only by the lane's thread. For each transaction, call [#lock], [#present], [#load],
/// [#save] and [#commit], in this order. After a [StorageException] of kind `UNREACHABLE`, call [#reconnect]; after any
/// other, call [#rollback].
public final class LaneStore implements AutoCloseable {
    private final Engine engine;
    private final Map<UUID, User> loadedUsers = new HashMap<>();

    /// The names of the loaded groups and policies, by id.
    private final Map<UUID, String> loadedNames = new HashMap<>();

    /// Quotas by realm. Realms without quotas are absent.
    private final Map<Long, QuotaRow> quotas = new HashMap<>();

    /// The locked realms that cannot be written to, because they are being moved.
    private final Set<Long> moving = new HashSet<>();

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

    /// Begins a transaction, locks these realms' rows in ascending order, and returns the realms that it has
    /// locked. Realms locked by another server are skipped unless `wait` is set, in which case this method waits
    /// for them up to `lock_timeout`. Realms that do not exist are skipped too.
    public List<Long> lock(Collection<Long> realms, boolean wait) {
        begin();
        // On SQLite the transaction itself is the lock, because there is no other writer.
        String lock = wait && session.kind() == DatabaseKind.POSTGRES ? "realms_lock_waiting" : "realms_lock";
        return session.list(
                lock,
                row -> {
                    long realm = row.number();
                    if (!row.coded(RealmState.CODES).isWritable()) {
                        moving.add(realm);
                    }
                    return realm;
                },
                realms);
    }

    /// Whether a locked realm cannot be written to, because it is being moved to or from another database. It stays so
    /// until the transaction ends.
    public boolean isMoving(long realm) {
        return moving.contains(realm);
    }

    private void begin() {
        if (inTransaction) {
            throw new IllegalStateException("the previous transaction was neither committed nor rolled back");
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

    /// The last batch of each realm; [BatchRow#none] if there is none. Must be called after [#lock], so that the
    /// batches are no older than the locks.
    public List<BatchRow> present(Collection<Long> realms) {
        Map<Long, BatchRow> last = new LinkedHashMap<>();
        realms.forEach(realm -> last.put(realm, BatchRow.none(realm)));
        session.list(
                "batches_last",
                row -> {
                    if (session.kind() == DatabaseKind.POSTGRES) {
                        clock = row.instant();
                        if (!row.bool()) {
                            return null;
                        }
                    }
                    BatchRow found = BatchRow.read(row);
                    if (row.bool()) {
                        quotas.put(found.realm(), QuotaRow.read(found.realm(), row));
                    }
                    return last.put(found.realm(), found);
                },
                realms);
        return List.copyOf(last.values());
    }

    /// What the database has of a batch that was committed earlier.
    ///
    /// @param no the number of the realm's last batch; 0 if it has none
    /// @param lastSeq the last entry of that batch
    /// @param head the hash of that entry; empty if there is no batch
    /// @param txn the `txn` that the batch has now; null if there is no batch with that number
    /// @param hash the hash that the batch's last entry has now; null if there is no entry with that number
    public record StoredBatch(
            long realm,
            long no,
            long lastSeq,
            byte[] head,
            @Nullable UUID txn,
            byte @Nullable [] hash) {
        private static StoredBatch read(Row row) throws SQLException {
            return new StoredBatch(
                    row.number(),
                    row.number(),
                    row.number(),
                    Objects.requireNonNullElse(row.bytesOrNull(), new byte[0]),
                    row.uuidOrNull(),
                    row.bytesOrNull());
        }
    }

    /// Whether the database has a realm that is not being moved to another database, and has not moved there. Not part
    /// of a transaction.
    public boolean isHere(long realm) {
        return session.one("realm_state", row -> row.coded(RealmState.CODES), realm) == RealmState.OPEN;
    }

    /// Looks for batches that were committed earlier, at most one of each realm. Not part of a transaction.
    public List<StoredBatch> storedBatch(List<BatchRow> committed) {
        return session.list(
                "batches_remaining",
                StoredBatch::read,
                committed.stream().map(BatchRow::realm).toList(),
                committed.stream().map(BatchRow::no).toList(),
                committed.stream().map(BatchRow::lastSeq).toList());
    }

    /// Checks that the connection still works. Not part of a transaction. Throws a [StorageException] of kind
    /// `UNREACHABLE` if it does not.
    public void probe() {
        if (session.isClosed()) {
            throw new StorageException(StorageException.Kind.UNREACHABLE, "the connection is gone");
        }
        session.one("clock", Row::number);
    }

    /// Whether the connection may lead to another server after it broke.
    public boolean isRemote() {
        return session.kind() == DatabaseKind.POSTGRES;
    }

    /// The quotas of a realm passed to [#present]; null if none have been set.
    public @Nullable QuotaRow quotas(long realm) {
        return quotas.get(realm);
    }

    /// The time by the database server's clock, or by `machine` on SQLite, truncated to milliseconds. It does not
    /// advance within a transaction.
    public Instant clock(InstantSource machine) {
        Instant known = clock;
        if (known == null) {
            known = switch (session.kind()) {
                case SQLITE -> machine.instant().truncatedTo(ChronoUnit.MILLIS);
                case POSTGRES -> Objects.requireNonNull(session.one("clock", Row::instant));
            };
            clock = inTransaction ? known : null;
        }
        return known;
    }

    /// Loads everything in each realm's plan, the responses for these idempotency keys (matched by realm, actor and
    /// key), and the stored signatures (matched by realm and signature). Runs only a few statements for all realms
    /// together. Adds the users of jobs to the plans.
    public LoadedRows load(
            Map<Long, LoadPlan> plans, Collection<RetryRow> retries, Collection<SignatureRow> signatures) {
        LoadedRows loaded = new LoadedRows();
        new JobTables(session).load(plans, loaded);
        new UserTables(session).load(plans, loaded);
        new CredentialTables(session).load(plans, loaded);
        new RealmTables(session).load(plans, loaded);
        new PasskeyTables(session).load(plans, loaded);
        new ApprovalTables(session).load(plans, loaded);
        new WebhookTables(session).load(plans, loaded);
        new GroupTables(session).load(plans, loaded);
        new JournalTables(session).load(retries, signatures, loaded);
        loaded.groups.forEach(row -> loadedNames.put(row.id(), row.name()));
        loaded.policies.forEach(row -> loadedNames.put(row.id(), row.name()));
        for (UserRow row : loaded.users) {
            if (row.readable()) {
                loadedUsers.put(row.id(), row.user());
            }
        }
        return loaded;
    }

    /// Writes `batch`. Changed users, groups and policies must have been loaded in this transaction.
    public void save(Batch batch) {
        new RealmTables(session).save(batch);
        new UserTables(session).save(batch, loadedUsers);
        new CredentialTables(session).save(batch);
        new GroupTables(session).save(batch, loadedNames);
        new PasskeyTables(session).save(batch);
        new ApprovalTables(session).save(batch);
        new WebhookTables(session).save(batch);
        new JobTables(session).save(batch);
        new CallbackTables(session).save(batch);
        new JournalTables(session).save(batch);
        rows += batch.newUsers.size() + batch.changedUsers.size() + batch.journal.size() + batch.batches.size();
        rows += batch.newJobs.size() + batch.changedJobs.size() + batch.memberships.added.size();
        rows += batch.assignments.added.size() + batch.groups.changed.size() + batch.signatures.size();
    }

    public void commit() {
        session.commit();
        engine.recordWrites(rows);
        ended();
    }

    /// Rolls back the transaction. If this throws, the connection is unusable, and [#reconnect] must be called.
    public void rollback() {
        if (!inTransaction) {
            return;
        }
        try {
            session.rollback();
        } catch (StorageException e) {
            // After some errors SQLite rolls back by itself, and then reports that there is nothing to roll back.
            if (session.kind() == DatabaseKind.POSTGRES) {
                throw e;
            }
            reconnect();
            return;
        }
        ended();
    }

    /// Reports that there was no disk space for the transaction. Must be called before [#rollback]. An urgent
    /// transaction can then be retried.
    public void noRoom() {
        if (inTransaction) {
            engine.noRoom();
        }
    }

    /// Whether disk space is so low that only urgent writes are allowed.
    public boolean isTight() {
        return engine.isDiskLow();
    }

    private void ended() {
        loadedUsers.clear();
        loadedNames.clear();
        quotas.clear();
        moving.clear();
        rows = 0;
        clock = null;
        if (inTransaction) {
            inTransaction = false;
            engine.endTurn();
        }
    }

    /// Abandons the connection, whatever its state, and opens another.
    public void reconnect() {
        close();
        engine.checkDisk();
        session = engine.writer();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (StorageException e) {
            // The connection is abandoned in any case.
        } finally {
            ended();
        }
    }

    /// The `txn` of a realm's batch `no`; null if there is no such batch.
    public @Nullable UUID txn(long realm, long no) {
        return session.one("batch_txn", Row::uuid, realm, no);
    }
}
