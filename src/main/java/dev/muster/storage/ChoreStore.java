package dev.muster.storage;

import dev.muster.model.value.Identifier;
import dev.muster.storage.StorageException.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is done beside requests, by one connection of its own, and the only statements that may cross realms:
/// all of them stand here, but for [EvidenceStore#pending]. None serves a partner's request. For any number
/// of threads, which take turns.
public final class ChoreStore implements AutoCloseable {
    private final Engine engine;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Session session;

    ChoreStore(Engine engine) {
        this.engine = engine;
    }

    /// A user of whom a hold ends by itself.
    public record Due(long realm, UUID user, Instant at) {}

    /// A key that was used.
    public record KeyUse(long realm, UUID key, Instant at) {}

    /// Where a realm's journal ends.
    public record JournalEnd(long realm, long seq, byte[] head) {}

    /// Users of any realm with a hold that was over at `now`, whose ending is not journalled yet.
    public List<Due> due(Instant now, int limit) {
        return with(session -> session.list(
                "upkeep_due",
                to -> to.instant(now).number(limit),
                row -> new Due(row.number(), row.uuid(), row.instant())));
    }

    /// Forgets some of the answers that were kept for requests sent again, of any realm.
    ///
    /// @return how many; fewer than `limit` when none from before `before` are left
    public int forgetRetries(Instant before, int limit) {
        return urgent(session -> session.update("retry_delete_old", to -> {
            switch (session.kind()) {
                case SQLITE -> to.number(limit).instant(before);
                case POSTGRES -> to.instant(before).number(limit);
            }
        }));
    }

    /// Forgets some of the signatures that came before `before`, of any realm.
    ///
    /// @return how many; fewer than `limit` when none are left
    public int forgetSignatures(Instant before, int limit) {
        return urgent(session -> session.update("signature_delete_old", to -> {
            switch (session.kind()) {
                case SQLITE -> to.number(limit).instant(before);
                case POSTGRES -> to.instant(before).number(limit);
            }
        }));
    }

    /// Takes away some of what deleted groups of any realm have left: memberships, assignments, at last their
    /// rows.
    ///
    /// @return how many rows; fewer than `limit` when nothing is left
    public int sweepGroups(int limit) {
        return sweep(
                "groups_deleted", List.of("group_sweep_memberships", "group_sweep_assignments"), "group_sweep", limit);
    }

    /// As [#sweepGroups], of deleted policies.
    public int sweepPolicies(int limit) {
        return sweep(
                "policies_deleted", List.of("policy_sweep_assignments", "policy_sweep_groups"), "policy_sweep", limit);
    }

    private record Tombstone(long realm, UUID id) {}

    private int sweep(String found, List<String> slices, String last, int limit) {
        List<Tombstone> tombstones = with(
                session -> session.list(found, to -> to.number(limit), row -> new Tombstone(row.number(), row.uuid())));
        int rows = 0;
        for (Tombstone tombstone : tombstones) {
            if (rows < limit) {
                int left = limit - rows;
                rows += writeIn(Set.of(tombstone.realm()), session -> sweep(session, tombstone, slices, last, left));
            }
        }
        return rows;
    }

    private static int sweep(Session session, Tombstone tombstone, List<String> slices, String last, int limit) {
        int rows = 0;
        for (String slice : slices) {
            int left = limit - rows;
            rows += session.update(
                    slice,
                    to -> to.number(tombstone.realm()).uuid(tombstone.id()).number(left));
        }
        // While the limit was reached there may be more.
        return rows == limit
                ? rows
                : rows + session.update(last, to -> to.number(tombstone.realm()).uuid(tombstone.id()));
    }

    private record Lapsed(long realm, UUID job) {}

    /// Takes away jobs of any realm that are only reserved and whose reservation lapsed before `before`.
    ///
    /// @return how many; fewer than `limit` when none are left
    public int dropReservations(Instant before, int limit) {
        List<Lapsed> lapsed = with(session -> session.list(
                "reservations_lapsed",
                to -> to.instant(before).number(limit),
                row -> new Lapsed(row.number(), row.uuid())));
        Set<Long> realms = lapsed.stream().map(Lapsed::realm).collect(Collectors.toSet());
        writeIn(realms, session -> {
            // One may have been made use of since it was found.
            session.batch(
                    "reservation_drop",
                    lapsed,
                    -1,
                    (to, row) -> to.number(row.realm()).uuid(row.job()).instant(before));
            return lapsed.size();
        });
        return lapsed.size();
    }

    /// Jobs of any realm that were submitted for an unknown user before jobs had fingerprints of the names in them.
    public List<Rows.JobRow> unprintedJobs(int limit) {
        return with(session -> session.list("jobs_unprinted", to -> to.number(limit), JobColumns::read));
    }

    /// Gives such a job its fingerprint, and the user who has that name by now, if any.
    ///
    /// @param print empty for a job that names nobody
    /// @param name what `print` is of; null for a job that names nobody
    public void print(Rows.JobRow job, byte[] print, Identifier.@Nullable Key name) {
        writeIn(Set.of(job.realm()), session -> {
            int rows = session.update(
                    "job_print", to -> to.bytes(print).number(job.realm()).uuid(job.id()));
            Rows.UserRow user = name == null
                    ? null
                    : session.one(
                            "user_by_" + Loading.word(name.kind()),
                            to -> to.number(job.realm()).text(name.folded()),
                            UserColumns::read);
            return user == null
                    ? rows
                    : rows
                            + session.update(
                                    "jobs_claim",
                                    to -> to.uuid(user.id()).number(job.realm()).bytes(print));
        });
    }

    /// Evidence of any realm that was to be kept until `now` or before, that which is longest due first.
    public List<Rows.EvidenceRef> dueEvidence(Instant now, int limit) {
        return with(session -> session.list(
                "job_evidence_due",
                to -> to.instant(now).number(limit),
                row -> new Rows.EvidenceRef(row.number(), row.uuid(), row.uuid())));
    }

    /// Makes jobs forget the evidence that they named. A job that names other evidence by now is left alone.
    public void evidenceGone(Collection<Rows.EvidenceRef> gone) {
        Set<Long> realms = gone.stream().map(Rows.EvidenceRef::realm).collect(Collectors.toSet());
        writeIn(realms, session -> {
            session.batch(
                    "job_evidence_gone",
                    gone,
                    -1,
                    (to, row) -> to.number(row.realm()).uuid(row.job()).uuid(row.evidence()));
            return gone.size();
        });
    }

    /// Notes when keys were last used. An earlier time than is known changes nothing.
    public void used(Collection<KeyUse> uses) {
        write(session -> {
            session.batch(
                    "key_used",
                    uses,
                    -1,
                    (to, use) -> to.number(use.realm()).uuid(use.key()).instant(use.at()));
            return uses.size();
        });
    }

    public void checkpoints(Collection<Rows.CheckpointRow> rows) {
        urgent(session -> {
            session.batch("checkpoint_insert", rows, -1, Columns::insert);
            return rows.size();
        });
    }

    /// The ends of the journals of the realms after `afterRealm`, in order of realm; -1 to begin. Realms without an
    /// entry are left out.
    public List<JournalEnd> journalEnds(long afterRealm, int limit) {
        return with(session -> session.list(
                "journal_ends",
                to -> to.number(afterRealm).number(limit),
                row -> new JournalEnd(row.number(), row.number(), row.bytes())));
    }

    /// The index of large realms for searches for a text.
    public TextIndex textIndex() {
        return textIndex(TextIndex.FROM);
    }

    /// As [#textIndex()], for tests, whose realms are small.
    ///
    /// @param from how many users make a realm large
    public TextIndex textIndex(long from) {
        return new TextIndex(this, from, TextIndex.PART_BITS, TextIndex.ROWS);
    }

    /// The rows of a realm's credentials that get their MACs.
    ///
    /// @param wrappedKey the realm's keys, which say from then on that its rows have MACs
    public record Macs(List<Rows.KeyRow> keys, List<Rows.OperatorRow> operators, byte[] wrappedKey) {}

    /// Gives MACs to the rows of a realm's credentials, with the realm locked.
    ///
    /// @param work says which rows get one; null to change nothing
    public void seal(long realm, Function<Reads, @Nullable Macs> work) {
        writeIn(Set.of(realm), session -> {
            Macs macs = work.apply(new Reads(session));
            if (macs == null) {
                return 0;
            }
            session.batch("key_update", macs.keys(), 1, Columns::update);
            session.batch("operator_update", macs.operators(), 1, Columns::update);
            session.update("realm_rewrap", to -> to.bytes(macs.wrappedKey()).number(realm));
            return macs.keys().size() + macs.operators().size() + 1;
        });
    }

    /// Wraps a realm's keys anew, under another master key.
    public void rewrap(long realm, byte[] wrappedKey) {
        write(session ->
                session.update("realm_rewrap", to -> to.bytes(wrappedKey).number(realm)));
    }

    /// Keeps what a walk along a realm's journal found, in place of what the one before had.
    public void verified(Rows.VerificationRow row) {
        write(session -> session.update("verification_put", to -> Columns.put(to, row)));
    }

    // Sessions in the console.

    public void begin(Rows.SessionRow row) {
        urgent(session -> session.update("session_insert", to -> Columns.insert(to, row)));
    }

    public void seen(long realm, byte[] tokenHash, Instant at) {
        urgent(session -> session.update(
                "session_seen", to -> to.instant(at).number(realm).bytes(tokenHash)));
    }

    public void end(long realm, byte[] tokenHash) {
        urgent(session ->
                session.update("session_delete", to -> to.number(realm).bytes(tokenHash)));
    }

    /// Ends all sessions of an operator.
    public void endAll(long realm, UUID operator) {
        urgent(session -> session.update(
                "session_delete_of_operator", to -> to.number(realm).uuid(operator)));
    }

    /// Forgets the sessions, of any realm, that were last seen before `before`.
    public void forgetSessions(Instant before) {
        urgent(session -> session.update("session_delete_old", to -> to.instant(before)));
    }

    // Families of refresh tokens.

    public void begin(Rows.TokenFamilyRow row) {
        urgent(session -> session.update("token_family_insert", to -> Columns.insert(to, row)));
    }

    /// Puts `after` in the place of `before`. Where the row is no longer `before`, the token was used at the same time
    /// by somebody else, and the family ends.
    ///
    /// @return whether `after` is in its place
    public boolean spend(Rows.TokenFamilyRow before, Rows.TokenFamilyRow after) {
        AtomicBoolean spent = new AtomicBoolean();
        write(session -> {
            int rows = session.update(
                    "token_family_spend",
                    to -> to.number(after.spent())
                            .instant(after.endsAt())
                            .bytes(after.mac())
                            .number(before.realm())
                            .uuid(before.id())
                            .bytes(before.mac()));
            spent.set(rows > 0);
            return rows > 0 ? rows : end(session, before.realm(), before.id());
        });
        return spent.get();
    }

    /// Ends a family of refresh tokens.
    public void endFamily(long realm, UUID family) {
        urgent(session -> end(session, realm, family));
    }

    private static int end(Session session, long realm, UUID family) {
        return session.update("token_family_end", to -> to.number(realm).uuid(family));
    }

    /// Forgets the families, of any realm, that were over before `before`.
    public void forgetTokenFamilies(Instant before) {
        write(session -> session.update("token_family_delete_old", to -> to.instant(before)));
    }

    /// Makes a realm unless it is there already: how the system's own comes to be.
    public void found(Rows.RealmRow realm) {
        urgent(session -> session.update("realm_found", to -> Columns.insert(to, realm)));
    }

    /// Writes the whole database, as it is at this moment, into a new file, and then the evidence into another
    /// beside it, [#evidenceOf]; reads and writes go on meanwhile. In this order all evidence is there that jobs
    /// name, but for what was taken away in between. Only on SQLite: PostgreSQL has its own ways.
    public void backup(Path file) {
        if (engine.kind() != DatabaseKind.SQLITE) {
            throw new StorageException(Kind.STATEMENT, "PostgreSQL is backed up with its own tools");
        }
        if (engine.isTight()) {
            throw new StorageException(Kind.FULL, "there is only room for what is urgent");
        }
        try (Session own = engine.writer()) {
            backup(own, file);
        }
        try (Session own = engine.evidenceWriter()) {
            backup(own, evidenceOf(file));
        }
    }

    private static void backup(Session session, Path file) {
        SqliteFile.makeFile(file);
        session.update("backup", to -> to.text(file.toString()));
    }

    /// Where the evidence of a backup goes: `muster-1.db` has it in `muster-1-evidence.db`.
    public static Path evidenceOf(Path backup) {
        String name = backup.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        return backup.resolveSibling(stem + "-evidence" + (dot < 0 ? "" : name.substring(dot)));
    }

    /// As [#urgent], for rows that lanes load and write back whole: like a lane, it locks their realms first.
    int writeIn(Set<Long> realms, Function<Session, Integer> work) {
        if (realms.isEmpty()) {
            return 0;
        }
        return urgent(session -> {
            if (session.kind() == DatabaseKind.POSTGRES) {
                session.list("realms_lock_waiting", to -> to.values("bigint", realms), Row::number);
            }
            return work.apply(session);
        });
    }

    /// Writes, unless there is only room for what is urgent.
    ///
    /// @throws StorageException of kind `FULL` then
    int write(Function<Session, Integer> work) {
        if (engine.isTight()) {
            throw new StorageException(Kind.FULL, "there is only room for what is urgent");
        }
        return inTransaction(work);
    }

    /// Writes what must get through also when there is hardly any room: sessions, which somebody may have to end, and
    /// what takes something away.
    private int urgent(Function<Session, Integer> work) {
        try {
            return inTransaction(work);
        } catch (StorageException e) {
            if (e.kind() != Kind.FULL) {
                throw e;
            }
            // Room was made, where there was a reserve.
            return inTransaction(work);
        }
    }

    private int inTransaction(Function<Session, Integer> work) {
        return with(session -> {
            engine.takeTurn(session);
            try {
                session.begin();
                int rows = work.apply(session);
                session.commit();
                engine.wrote(rows);
                return rows;
            } catch (StorageException e) {
                if (e.kind() == Kind.FULL) {
                    engine.noRoom();
                }
                throw e;
            } finally {
                engine.endTurn();
            }
        });
    }

    <T extends @Nullable Object> T with(Function<Session, T> work) {
        turn.lock();
        try {
            Session known = session;
            if (known == null) {
                known = engine.upkeepWriter();
                session = known;
            }
            return work.apply(known);
        } catch (RuntimeException e) {
            // Closing gives up a transaction that may be open; the next one opens another connection.
            close();
            throw e;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            Session known = session;
            session = null;
            if (known != null) {
                known.close();
            }
        } finally {
            turn.unlock();
        }
    }
}
