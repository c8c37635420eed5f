package dev.muster.storage;

import dev.muster.model.value.Identifier;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.CredentialTables.TokenFamilyRow;
import dev.muster.storage.JobTables.EvidenceRef;
import dev.muster.storage.JournalTables.VerificationRow;
import dev.muster.storage.PasskeyTables.PasskeyRow;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.engine.Engine;
import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.search.TextIndex;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads and writes for everything except the lanes, on one connection: background chores, console sessions, passkeys
/// and refresh tokens. Statements that find rows across realms are used only here, in the stores that this one returns,
/// and in [EvidenceStore#pending]; none of them serves a partner's request. Thread-safe: callers take turns.
public final class ChoreStore implements AutoCloseable {
    private final Engine engine;
    final ChoreWriter writer;

    ChoreStore(Engine engine) {
        this.engine = engine;
        writer = new ChoreWriter(engine);
    }

    /// A user with a hold that expires.
    public record Due(long realm, UUID user, Instant at) {}

    /// When a key was used.
    public record KeyUse(long realm, UUID key, Instant at) {}

    /// Returns users, across all realms, with a hold that has expired by `now` and whose end has not been
    /// journalled yet.
    public List<Due> due(Instant now, int limit) {
        return writer.with(session ->
                session.list("ends_due", row -> new Due(row.number(), row.uuid(), row.instant()), now, limit));
    }

    /// Returns the pending requests for approval, across all realms, that have lapsed by `now`.
    public List<ApprovalTables.ApprovalRow> lapsing(Instant now, int limit) {
        return writer.with(session -> session.list("approvals_lapsing", ApprovalTables.ApprovalRow::read, now, limit));
    }

    /// Deletes up to `limit` stored responses to requests with an idempotency key, across all realms, that are
    /// older than the given time.
    ///
    /// @return the number deleted; less than `limit` if none are left
    public int forgetRetries(Instant before, int limit) {
        return writer.urgent(session -> session.update("retry_delete_old", before, limit));
    }

    /// Deletes up to `limit` signatures that were stored before the given time, across all realms.
    ///
    /// @return the number deleted; less than `limit` if none are left
    public int forgetSignatures(Instant before, int limit) {
        return writer.urgent(session -> session.update("signature_delete_old", before, limit));
    }

    /// Deletes up to `limit` rows of deleted groups, across all realms: first memberships and assignments, then the
    /// groups' own rows.
    ///
    /// @return the number of rows deleted; less than `limit` if none are left
    public int sweepGroups(int limit) {
        return sweep("groups_deleted", "group_sweep_memberships", "group_sweep_assignments", "group_sweep", limit);
    }

    /// Deletes the rows of deleted policies in the same way as [#sweepGroups].
    public int sweepPolicies(int limit) {
        return sweep("policies_deleted", "policy_sweep_assignments", "policy_sweep_groups", "policy_sweep", limit);
    }

    private record Ref(long realm, UUID id) {}

    private int sweep(String deleted, String first, String second, String last, int limit) {
        List<Ref> refs = writer.with(session -> session.list(deleted, row -> new Ref(row.number(), row.uuid()), limit));
        int rows = 0;
        for (Ref ref : refs) {
            if (rows < limit) {
                int left = limit - rows;
                rows += writer.writeIn(Set.of(ref.realm), session -> {
                    int some = session.update(first, ref.realm, ref.id, left);
                    some += session.update(second, ref.realm, ref.id, left - some);
                    // If the limit was reached, there may be more rows to delete before the group's or policy's own
                    // row.
                    return some == left ? some : some + session.update(last, ref.realm, ref.id);
                });
            }
        }
        return rows;
    }

    /// Deletes up to `limit` jobs, across all realms, that were reserved but never submitted and whose reservation
    /// expired before the given time.
    ///
    /// @return the number of jobs found; less than `limit` if none are left
    public int dropReservations(Instant before, int limit) {
        List<Ref> lapsed = writer.with(session ->
                session.list("reservations_lapsed", row -> new Ref(row.number(), row.uuid()), before, limit));
        Set<Long> realms = lapsed.stream().map(Ref::realm).collect(Collectors.toSet());
        writer.writeIn(realms, session -> {
            // Reservations that have been used since they were found are not deleted.
            session.batch(
                    "reservation_drop",
                    lapsed,
                    -1,
                    (row, to) -> to.number(row.realm).uuid(row.id).instant(before));
            return lapsed.size();
        });
        return lapsed.size();
    }

    /// Returns jobs, across all realms, that were submitted for an unknown user before jobs had name fingerprints.
    public List<JobRow> jobsWithoutFingerprint(int limit) {
        return writer.with(session -> session.list("jobs_unprinted", JobRow::read, limit));
    }

    /// Sets a job's name fingerprint, and also its user if a user with that name exists by now.
    ///
    /// @param fingerprint the fingerprint; empty if the job names no user
    /// @param name the name from which `fingerprint` was computed; null if the job names no user
    public void setFingerprint(JobRow job, byte[] fingerprint, Identifier.@Nullable Key name) {
        writer.writeIn(Set.of(job.realm()), session -> {
            int rows = session.update("job_print", fingerprint, job.realm(), job.id());
            UserRow user = name == null
                    ? null
                    : session.one("user_by_" + UserTables.word(name.kind()), UserRow::read, job.realm(), name.folded());
            return user == null ? rows : rows + session.update("jobs_claim", user.id(), job.realm(), fingerprint);
        });
    }

    /// Returns evidence, across all realms, that has expired by `now`, longest due first.
    public List<EvidenceRef> dueEvidence(Instant now, int limit) {
        return writer.with(session -> session.list("job_evidence_due", EvidenceRef::read, now, limit));
    }

    /// Removes the references to deleted evidence from jobs. A job that refers to other evidence by now is left
    /// unchanged.
    public void evidenceGone(Collection<EvidenceRef> gone) {
        Set<Long> realms = gone.stream().map(EvidenceRef::realm).collect(Collectors.toSet());
        writer.writeIn(realms, session -> {
            session.batch("job_evidence_gone", gone, -1, EvidenceRef::write);
            return gone.size();
        });
    }

    /// Records when keys were last used. A time earlier than the recorded one is ignored.
    public void used(Collection<KeyUse> uses) {
        writer.write(session -> {
            session.batch(
                    "key_used",
                    uses,
                    -1,
                    (use, to) -> to.number(use.realm).uuid(use.key).instant(use.at));
            return uses.size();
        });
    }

    /// Creates the object that maintains the search indexes of large realms.
    ///
    /// @param from the minimum number of users for which a realm gets an index: [TextIndex#FROM], or fewer in tests
    public TextIndex textIndex(long from) {
        return new TextIndex(writer, from);
    }

    /// A realm's credential rows, with the MACs to store.
    ///
    /// @param wrappedKey the realm's wrapped key, now marked as having MACs
    public record Macs(List<KeyRow> keys, List<OperatorRow> operators, byte[] wrappedKey) {}

    /// Adds MACs to a realm's credential rows while the realm is locked.
    ///
    /// @param work the function that returns the rows to update, or null to change nothing
    public void seal(long realm, Function<Reads, @Nullable Macs> work) {
        writer.writeIn(Set.of(realm), session -> {
            Macs macs = work.apply(new Reads(session));
            if (macs == null) {
                return 0;
            }
            new CredentialTables(session).update(macs.keys, macs.operators);
            session.update("realm_rewrap", macs.wrappedKey, realm);
            return macs.keys.size() + macs.operators.size() + 1;
        });
    }

    /// Replaces a realm's wrapped key after a change of the master key.
    public void rewrap(long realm, byte[] wrappedKey) {
        writer.write(session -> session.update("realm_rewrap", wrappedKey, realm));
    }

    /// Replaces the result of the last verification of a realm's journal.
    public void verified(VerificationRow row) {
        writer.write(session -> session.update(
                "verification_put", row.realm(), row.at(), row.entries(), row.head(), row.firstBad(), row.reason()));
    }

    /// Starts a console session.
    public void begin(SessionRow row) {
        writer.urgentTo(
                row.realm(),
                session -> session.update(
                        "session_insert",
                        row.realm(),
                        row.tokenHash(),
                        row.id(),
                        row.operator(),
                        row.generation(),
                        row.begunAt(),
                        row.seenAt(),
                        row.provenAt(),
                        row.provenBy(),
                        row.address(),
                        row.browser(),
                        row.mac()));
    }

    /// Records when and how the operator of a session last proved their identity.
    public void recordProof(SessionRow row) {
        writer.urgentTo(
                row.realm(),
                session -> session.update(
                        "session_prove", row.provenAt(), row.provenBy(), row.mac(), row.realm(), row.tokenHash()));
    }

    /// Records when a console session was last used.
    public void seen(long realm, byte[] tokenHash, Instant at) {
        writer.urgent(session -> session.update("session_seen", at, realm, tokenHash));
    }

    /// Ends a console session. Idempotent.
    public void end(long realm, byte[] tokenHash) {
        writer.urgentTo(realm, session -> session.update("session_delete", realm, tokenHash));
    }

    /// Ends all console sessions of an operator.
    public void endAll(long realm, UUID operator) {
        writer.urgentTo(realm, session -> session.update("session_delete_of_operator", realm, operator));
    }

    /// Deletes the console sessions, across all realms, that were last used before the given time.
    public void forgetSessions(Instant before) {
        writer.urgent(session -> session.update("session_delete_old", before));
    }

    /// Records that a passkey was used.
    ///
    /// @param before the row as it was read; another use in the meantime may have changed its counter
    /// @return false if the stored counter has changed since `before` was read; then nothing is recorded
    public boolean passkeyUsed(PasskeyRow before, PasskeyRow after) {
        return writer.urgentTo(
                        before.realm(),
                        session -> session.update(
                                "passkey_used",
                                after.passkey().signatureCount(),
                                after.passkey().lastUsedAt(),
                                after.mac(),
                                before.realm(),
                                before.passkey().id(),
                                before.passkey().signatureCount()))
                > 0;
    }

    /// Marks a challenge as used.
    ///
    /// @param hash the SHA-256 hash of the challenge
    /// @return whether this was its first use
    public boolean useChallenge(long realm, byte[] hash, Instant at) {
        return writer.urgentTo(realm, session -> session.update("passkey_challenge_insert", realm, hash, at)) > 0;
    }

    /// Deletes the challenges, across all realms, that were used before the given time.
    public void forgetChallenges(Instant before) {
        writer.urgent(session -> session.update("passkey_challenge_delete_old", before));
    }

    /// Returns the store of job callbacks.
    public CallbackStore callbacks() {
        return new CallbackStore(writer);
    }

    /// Returns the store of failed attempts to authenticate, for PostgreSQL.
    public FailureStore failures() {
        return new FailureStore(writer);
    }

    /// Returns the store of signed checkpoints.
    public CheckpointStore checkpoints() {
        return new CheckpointStore(writer);
    }

    /// Returns the store of the leases of background tasks, for PostgreSQL.
    public ChoreLeaseStore leases() {
        return new ChoreLeaseStore(writer);
    }

    /// Returns the store of the forms that the console keeps.
    public PendingFormStore forms() {
        return new PendingFormStore(writer);
    }

    /// Starts a family of refresh tokens.
    public void begin(TokenFamilyRow row) {
        writer.urgentTo(
                row.realm(),
                session -> session.update(
                        "token_family_insert", row.realm(), row.id(), row.spent(), row.endsAt(), row.mac()));
    }

    /// Replaces `before` with `after`. If the stored row no longer equals `before`, another request has used the
    /// token at the same time, and the family is ended.
    ///
    /// @return whether the row was replaced
    public boolean spend(TokenFamilyRow before, TokenFamilyRow after) {
        AtomicBoolean spent = new AtomicBoolean();
        writer.writeTo(before.realm(), session -> {
            int rows = session.update(
                    "token_family_spend",
                    after.spent(),
                    after.endsAt(),
                    after.mac(),
                    before.realm(),
                    before.id(),
                    before.mac());
            spent.set(rows > 0);
            return rows > 0 ? rows : session.update("token_family_end", before.realm(), before.id());
        });
        return spent.get();
    }

    /// Ends a family of refresh tokens. Idempotent.
    public void endFamily(long realm, UUID family) {
        writer.urgentTo(realm, session -> session.update("token_family_end", realm, family));
    }

    /// Deletes the families of refresh tokens, across all realms, that expired before the given time.
    public void forgetTokenFamilies(Instant before) {
        writer.write(session -> session.update("token_family_delete_old", before));
    }

    /// Creates a realm, such as the system realm, if it is absent.
    public void createIfAbsent(RealmRow realm) {
        writer.urgent(session -> {
            session.batch("realm_found", List.of(realm), -1, RealmRow::insert);
            return 1;
        });
    }

    /// Writes a snapshot of the database to a new file, and then the evidence to a second file next to it, named by
    /// [#evidenceOf]. Does not block reads and writes. Because the evidence is copied last, the backup contains all
    /// evidence that its jobs refer to, except evidence that was deleted in between. Supports only SQLite, because
    /// PostgreSQL has its own tools.
    public void backup(Path file) {
        if (engine.kind() != DatabaseKind.SQLITE) {
            throw new StorageException(Kind.STATEMENT, "PostgreSQL is backed up with its own tools");
        }
        writer.checkRoom();
        try (Session own = engine.writer()) {
            backup(own, file);
        }
        try (Session own = engine.evidenceWriter()) {
            backup(own, evidenceOf(file));
        }
    }

    private static void backup(Session session, Path file) {
        PrivateFiles.createDatabaseFile(file);
        session.update("backup", file.toString());
    }

    /// The path of a backup's evidence file: `muster-1-evidence.db` for `muster-1.db`.
    public static Path evidenceOf(Path backup) {
        String name = backup.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        return backup.resolveSibling(stem + "-evidence" + (dot < 0 ? "" : name.substring(dot)));
    }

    @Override
    public void close() {
        writer.close();
    }
}
