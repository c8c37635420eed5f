package dev.muster.directory;

import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.storage.Database;
import dev.muster.storage.GroupOrPolicyRow;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads groups and policies. Every method requires `users:read`. Refuses: Forbidden, Busy if storage does not respond
/// in time. [Directory#list] lists the members of a group and the users of a policy.
public final class Groups {
    private final Database database;
    private final Directory directory;
    private final RealmKeys realmKeys;
    private final ReadClock now;

    Groups(Database database, Directory directory, RealmKeys realmKeys, ReadClock now) {
        this.database = database;
        this.directory = directory;
        this.realmKeys = realmKeys;
        this.now = now;
    }

    /// Returns a group. Refuses: NotFound.
    public Result<Group> group(Actor actor, long realm, UUID id) {
        return find(GroupOrPolicyRow.GROUPS, actor, realm, id);
    }

    /// Returns a policy. Refuses: NotFound.
    public Result<Policy> policy(Actor actor, long realm, UUID id) {
        return find(GroupOrPolicyRow.POLICIES, actor, realm, id);
    }

    private <T extends Affiliation> Result<T> find(GroupOrPolicyRow.Table<T> table, Actor actor, long realm, UUID id) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            GroupOrPolicyRow<T> row = database.read(reads -> reads.groups().find(table, realm, id));
            return row == null
                    ? Result.refused(new Refusal.NotFound(table.one(), id.toString()))
                    : Result.ok(row.value());
        });
    }

    /// Returns groups, ordered by folded name.
    ///
    /// @param after only groups with a later folded name; null to start with the first
    /// @param offset how many groups to skip after `after`
    public Result<PageByName<Group>> groups(Actor actor, long realm, int limit, @Nullable String after, long offset) {
        return page(GroupOrPolicyRow.GROUPS, actor, realm, limit, after, offset);
    }

    /// Returns policies in the same way as [#groups].
    public Result<PageByName<Policy>> policies(
            Actor actor, long realm, int limit, @Nullable String after, long offset) {
        return page(GroupOrPolicyRow.POLICIES, actor, realm, limit, after, offset);
    }

    private <T extends Affiliation> Result<PageByName<T>> page(
            GroupOrPolicyRow.Table<T> table, Actor actor, long realm, int limit, @Nullable String after, long offset) {
        return StorageFailures.withScope(
                actor,
                Scope.USERS_READ,
                () -> database.primaryOrStandby(realm).<Result<PageByName<T>>>search(reads -> {
                    List<GroupOrPolicyRow<T>> found =
                            reads.groups().page(table, realm, after == null ? "" : after, limit + 1, offset);
                    long count = reads.groups().count(table, realm, Page.MAX_COUNTED + 1);
                    List<GroupOrPolicyRow<T>> shown = found.subList(0, Math.min(limit, found.size()));
                    String next =
                            found.size() > limit ? Group.folded(shown.getLast().name()) : null;
                    return Result.ok(new PageByName<>(
                            readable(shown), Math.min(count, Page.MAX_COUNTED), count > Page.MAX_COUNTED, next));
                }));
    }

    /// Returns the groups to which a policy is assigned, sorted by name. Refuses: NotFound.
    public Result<List<Group>> groupsOf(Actor actor, long realm, UUID policy) {
        return policy(actor, realm, policy)
                .then(_ -> StorageFailures.of(() ->
                        Result.ok(readable(database.read(reads -> reads.groups().groupsOfPolicy(realm, policy))))));
    }

    /// Returns a user's groups and policies. `Barred` takes precedence over `NotFound`.
    public Result<AsOf<Access>> access(Actor actor, long realm, UserRef ref) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            Access access = database.snapshot(reads -> access(reads, realm, ref));
            return access == null
                    ? Result.refused(directory.missing(realm, ref))
                    : Result.ok(new AsOf<>(access, now.instant()));
        });
    }

    private @Nullable Access access(Reads reads, long realm, UserRef ref) {
        UserRow row = reads.users().user(realm, ref);
        if (row == null) {
            return null;
        }
        Instant at = now.instant();
        User user = new HistoryReader(realmKeys.get(realm)).user(row).at(at);
        return new Access(
                user,
                readable(reads.groups().groupsOfUser(realm, user.id())),
                readable(reads.groups().policiesOfUser(realm, user.id())),
                readable(reads.groups().policiesThroughGroups(realm, user.id())));
    }

    /// Returns the rows that can be read. Other rows are logged and omitted.
    private static <T extends Affiliation> List<T> readable(List<GroupOrPolicyRow<T>> rows) {
        return Unreadable.readable(rows).stream().map(GroupOrPolicyRow::value).toList();
    }

    /// Returns the sorted names of each user's groups. Users without groups are omitted.
    public Result<Map<UUID, List<String>>> groupNames(Actor actor, long realm, Collection<UUID> users) {
        return StorageFailures.withScope(actor, Scope.USERS_READ, () -> {
            Map<UUID, List<String>> names = new HashMap<>();
            database.read(reads -> reads.groups().groupsOfUsers(realm, users)).forEach((user, groups) -> {
                List<String> groupNames = new ArrayList<>(groups.size());
                groups.forEach(group -> groupNames.add(group.name()));
                names.put(user, groupNames);
            });
            return Result.ok(names);
        });
    }
}
