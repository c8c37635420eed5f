package dev.muster.directory;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.Approval;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.UserRef;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ApprovalTables.ApprovalRow;
import dev.muster.storage.Database;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads requests for approval and the approval rules. Every method requires `users:read` and refuses Forbidden without
/// it.
public final class Approvals {
    private final Database database;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final EntrySealer sealer = new EntrySealer();

    Approvals(Database database, RealmKeys realmKeys, ReadClock now) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.now = now;
    }

    /// A request for approval in its current state. An overdue request is shown as lapsed.
    ///
    /// @param version the current version of the user that the request is about; null if it is not about a user, or
    ///     if the user's row cannot be read
    public record Seen(Approval approval, @Nullable Long version) {
        /// Whether the request is pending and the user has changed since it was made.
        public boolean isChanged() {
            return approval.state() == Approval.State.PENDING && version != null && version != approval.version();
        }
    }

    /// The approval rules of a realm.
    public Result<ApprovalRules> rules(Actor actor, long realm) {
        return StorageFailures.withScope(
                actor,
                Scope.USERS_READ,
                () -> Result.ok(realmKeys
                        .get(realm)
                        .macs()
                        .approvalRules(database.read(reads -> reads.approvals().rules(realm)))));
    }

    /// A request for approval. Refuses: NotFound.
    public Result<Seen> get(Actor actor, long realm, UUID id) {
        return StorageFailures.withScope(
                actor,
                Scope.USERS_READ,
                () -> database.<Result<Seen>>snapshot(reads -> {
                    ApprovalRow row = reads.approvals().approval(realm, id);
                    List<Seen> seen = row == null ? List.of() : seen(reads, realm, List.of(row));
                    return seen.isEmpty()
                            ? Result.refused(new Refusal.NotFound("approval", id.toString()))
                            : Result.ok(seen.getFirst());
                }));
    }

    /// Returns requests for approval, newest first. Requests whose rows were altered are omitted.
    ///
    /// @param state only requests in this state; null for all
    /// @param before only requests older than the one with this id; null to start with the newest
    public Result<PageByName<Seen>> list(
            Actor actor, long realm, Approval.@Nullable State state, @Nullable UUID before, int limit) {
        return StorageFailures.withScope(
                actor,
                Scope.USERS_READ,
                () -> database.<Result<PageByName<Seen>>>snapshot(reads -> {
                    List<ApprovalRow> rows = reads.approvals().approvals(realm, state, before, limit + 1);
                    boolean more = rows.size() > limit;
                    List<ApprovalRow> shown = more ? rows.subList(0, limit) : rows;
                    String next = more ? shown.getLast().approval().id().toString() : null;
                    long count = reads.approvals().count(realm, state, Page.MAX_COUNTED + 1);
                    return Result.ok(new PageByName<>(
                            seen(reads, realm, shown),
                            Math.min(count, Page.MAX_COUNTED),
                            count > Page.MAX_COUNTED,
                            next));
                }));
    }

    /// Returns the pending requests about a user, newest first; none if there is no such user.
    public Result<List<Seen>> pendingAbout(Actor actor, long realm, UUID user, int limit) {
        return StorageFailures.withScope(
                actor,
                Scope.USERS_READ,
                () -> database.<Result<List<Seen>>>snapshot(reads ->
                        Result.ok(seen(reads, realm, reads.approvals().pendingAbout(realm, user, limit)).stream()
                                .filter(seen -> seen.approval().state() == Approval.State.PENDING)
                                .toList())));
    }

    private List<Seen> seen(Reads reads, long realm, List<ApprovalRow> rows) {
        RealmKeys.Entry keys = realmKeys.get(realm);
        List<UUID> users = rows.stream()
                .map(row -> row.approval().user())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        Map<UUID, byte[]> seeds = reads.users().seeds(realm, users);
        Map<UserRef, UserRow> current =
                reads.users().users(realm, users.stream().map(UserRef::id).toList());
        List<Seen> seen = new ArrayList<>(rows.size());
        for (ApprovalRow row : rows) {
            if (keys.macs().isAuthentic(row)) {
                Approval approval = row.approval().asking(commands(keys.key(), row, seeds));
                UUID user = approval.user();
                Approval.State state = approval.stateAt(now.instant());
                seen.add(new Seen(
                        state == approval.state() ? approval : approval.decided(state, null, approval.lapsesAt()),
                        user == null ? null : version(current.get(UserRef.id(user)))));
            }
        }
        return seen;
    }

    private static @Nullable Long version(@Nullable UserRow row) {
        return row == null || !row.readable() ? null : row.user().version();
    }

    private @Nullable List<Command.Deferrable> commands(RealmKey realm, ApprovalRow row, Map<UUID, byte[]> seeds) {
        UUID user = row.approval().user();
        byte[] seed = user == null ? null : seeds.get(user);
        SealingKey key = user == null ? realm.own() : seed == null ? null : realm.person(seed);
        try {
            return key == null
                    ? null
                    : sealer.openCommands(realm, row.approval().id(), key, row.sealed());
        } catch (TamperedException e) {
            Unreadable.report(realm.realm(), "approval", row.approval().id(), e);
            return null;
        }
    }
}
