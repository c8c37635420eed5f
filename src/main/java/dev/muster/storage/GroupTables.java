package dev.muster.storage;

import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.state.LoadPlan;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads and writes groups, policies, memberships and assignments. Reads do not find deleted groups and policies.
public final class GroupTables {
    private final Session session;

    GroupTables(Session session) {
        this.session = session;
    }

    /// A deleted group or policy. Its row is hidden, but remains until a chore has deleted everything that belongs
    /// to it.
    public record DeletedRow(long realm, UUID id, Instant at) {
        private void write(Parameters to) throws SQLException {
            to.instant(at).number(realm).uuid(id);
        }
    }

    /// A user's membership in a group, or the direct assignment of a policy to a user.
    ///
    /// @param to the group or policy
    /// @param number the user's number, which never changes; members are listed in this order
    /// @param counts whether the user counts as a member or assignee; false while the user is removed
    public record AffiliationRow(long realm, UUID user, UUID to, long number, boolean counts) {
        private void insert(Parameters parameters) throws SQLException {
            parameters.number(realm).uuid(user).uuid(to).number(number).bool(counts);
        }

        private void delete(Parameters parameters) throws SQLException {
            parameters.number(realm).uuid(user).uuid(to);
        }

        private static AffiliationRow read(Row row) throws SQLException {
            return new AffiliationRow(row.number(), row.uuid(), row.uuid(), row.number(), row.bool());
        }
    }

    /// The assignment of a policy to a group.
    public record GroupAssignmentRow(long realm, UUID policy, UUID group) {
        private void write(Parameters to) throws SQLException {
            to.number(realm).uuid(policy).uuid(group);
        }

        private static GroupAssignmentRow read(Row row) throws SQLException {
            return new GroupAssignmentRow(row.number(), row.uuid(), row.uuid());
        }
    }

    /// Sets whether all memberships and assignments of a user count.
    public record CountingRow(long realm, UUID user, boolean counts) {
        /// Updates only rows whose value changes.
        private void write(Parameters to) throws SQLException {
            to.bool(counts).number(realm).uuid(user).bool(counts);
        }
    }

    /// The group or policy; null if there is none.
    public <T extends Affiliation> @Nullable GroupOrPolicyRow<T> find(
            GroupOrPolicyRow.Table<T> table, long realm, UUID id) {
        return session.one(table.one() + "_by_id", table.read(), realm, id);
    }

    /// Groups or policies ordered by folded name.
    ///
    /// @param after the folded name after which to start; empty to begin
    public <T extends Affiliation> List<GroupOrPolicyRow<T>> page(
            GroupOrPolicyRow.Table<T> table, long realm, String after, int limit, long offset) {
        return session.list(table.many() + "_page", table.read(), realm, after, limit, offset);
    }

    /// The number of groups or policies; counting stops at `upTo`.
    public long count(GroupOrPolicyRow.Table<?> table, long realm, int upTo) {
        return session.count(table.many() + "_count", realm, upTo);
    }

    /// The groups a policy is assigned to, ordered by folded name.
    public List<GroupOrPolicyRow<Group>> groupsOfPolicy(long realm, UUID policy) {
        return sorted(session.list("groups_of_policy", GroupOrPolicyRow.GROUPS.read(), realm, policy));
    }

    /// The groups of a user, ordered by folded name; empty while the user is removed.
    public List<GroupOrPolicyRow<Group>> groupsOfUser(long realm, UUID user) {
        return sorted(session.list("groups_of_user", GroupOrPolicyRow.GROUPS.read(), realm, user));
    }

    /// The policies assigned to a user directly, ordered by folded name; empty while the user is removed.
    public List<GroupOrPolicyRow<Policy>> policiesOfUser(long realm, UUID user) {
        return sorted(session.list("policies_of_user", GroupOrPolicyRow.POLICIES.read(), realm, user));
    }

    /// The distinct policies assigned to a user's groups, ordered by folded name; empty while the user is
    /// removed.
    public List<GroupOrPolicyRow<Policy>> policiesThroughGroups(long realm, UUID user) {
        return sorted(session.list("policies_through_groups", GroupOrPolicyRow.POLICIES.read(), realm, user));
    }

    /// Returns the rows without duplicates. Their ids are unique across realms.
    private static <T extends Affiliation> Collection<GroupOrPolicyRow<T>> once(List<GroupOrPolicyRow<T>> rows) {
        Map<UUID, GroupOrPolicyRow<T>> byId = new LinkedHashMap<>();
        rows.forEach(row -> byId.put(row.id(), row));
        return byId.values();
    }

    /// Returns the rows without duplicates, ordered by folded name.
    private static <T extends Affiliation> List<GroupOrPolicyRow<T>> sorted(List<GroupOrPolicyRow<T>> rows) {
        List<GroupOrPolicyRow<T>> all = new ArrayList<>(once(rows));
        all.sort(GroupOrPolicyRow.byName(row -> Group.folded(row.name())));
        return all;
    }

    /// A group or policy with its name.
    public record Named(UUID id, String name) {}

    /// The groups of each user, ordered by folded name. Removed users and users without groups are omitted.
    public Map<UUID, List<Named>> groupsOfUsers(long realm, Collection<UUID> users) {
        return named("group_names_of_users", realm, users);
    }

    /// The policies assigned directly to each user; otherwise like [#groupsOfUsers].
    public Map<UUID, List<Named>> policiesOfUsers(long realm, Collection<UUID> users) {
        return named("policy_names_of_users", realm, users);
    }

    private record NamedOf(
            UUID user, UUID id, String folded, @Nullable String name) {}

    private Map<UUID, List<Named>> named(String statement, long realm, Collection<UUID> users) {
        List<NamedOf> all = session.list(
                statement,
                row -> new NamedOf(row.uuid(), row.uuid(), row.text(), row.textOrNull()),
                new LinkedHashSet<>(users),
                realm);
        all.sort(GroupOrPolicyRow.byName(NamedOf::folded));
        Map<UUID, List<Named>> byUser = new LinkedHashMap<>();
        for (NamedOf each : all) {
            byUser.computeIfAbsent(each.user, _ -> new ArrayList<>())
                    .add(new Named(each.id, each.name == null ? each.folded : each.name));
        }
        return byUser;
    }

    // Loading and saving for lanes

    /// Loads groups and policies and, if the plan wants affiliations, those of the loaded users.
    void load(Map<Long, LoadPlan> plans, LoadedRows loaded) {
        Map<Long, Set<UUID>> users = new LinkedHashMap<>();
        for (UserRow row : loaded.users) {
            if (Objects.requireNonNull(plans.get(row.realm())).memberships.affiliations) {
                LoadedRows.add(users, row.realm(), row.id());
            }
        }
        loaded.memberships.addAll(session.list("memberships_by_user", AffiliationRow::read, users));
        loaded.assignments.addAll(session.list("assignments_by_user", AffiliationRow::read, users));
        loaded.groupAssignments.addAll(session.list(
                "group_assignments_by_group",
                GroupAssignmentRow::read,
                LoadedRows.wanted(plans, plan -> plan.memberships.policiesOfGroups)));
        Map<Long, Set<UUID>> groups = ids(plans, plan -> plan.memberships.groups);
        loaded.memberships.forEach(row -> LoadedRows.add(groups, row.realm(), row.to()));
        loaded.groups.addAll(load(GroupOrPolicyRow.GROUPS, groups, plans, plan -> plan.memberships.groupNames));
        Map<Long, Set<UUID>> policies = ids(plans, plan -> plan.memberships.policies);
        loaded.assignments.forEach(row -> LoadedRows.add(policies, row.realm(), row.to()));
        loaded.groupAssignments.forEach(row -> LoadedRows.add(policies, row.realm(), row.policy()));
        loaded.policies.addAll(load(GroupOrPolicyRow.POLICIES, policies, plans, plan -> plan.memberships.policyNames));
    }

    private <T extends Affiliation> Collection<GroupOrPolicyRow<T>> load(
            GroupOrPolicyRow.Table<T> table,
            Map<Long, Set<UUID>> ids,
            Map<Long, LoadPlan> plans,
            Function<LoadPlan, Collection<String>> names) {
        List<GroupOrPolicyRow<T>> found = session.list(table.many() + "_by_id", table.read(), ids);
        found.addAll(session.list(table.many() + "_by_name", table.read(), LoadedRows.wanted(plans, names)));
        return once(found);
    }

    private static Map<Long, Set<UUID>> ids(Map<Long, LoadPlan> plans, Function<LoadPlan, Set<UUID>> wanted) {
        Map<Long, Set<UUID>> ids = new LinkedHashMap<>();
        plans.forEach((realm, plan) -> wanted.apply(plan).forEach(id -> LoadedRows.add(ids, realm, id)));
        return ids;
    }

    /// @param names the names of the loaded groups and policies, by id
    void save(Batch batch, Map<UUID, String> names) {
        save(GroupOrPolicyRow.GROUPS, batch.groups, names);
        save(GroupOrPolicyRow.POLICIES, batch.policies, names);
        session.batch("membership_delete", batch.memberships.lost, 1, AffiliationRow::delete);
        session.batch("membership_insert", batch.memberships.added, 1, AffiliationRow::insert);
        session.batch("assignment_delete", batch.assignments.lost, 1, AffiliationRow::delete);
        session.batch("assignment_insert", batch.assignments.added, 1, AffiliationRow::insert);
        session.batch("group_assignment_delete", batch.groupAssignments.lost, 1, GroupAssignmentRow::write);
        session.batch("group_assignment_insert", batch.groupAssignments.added, 1, GroupAssignmentRow::write);
        session.batch("memberships_count", batch.affiliationsCount, -1, CountingRow::write);
        session.batch("assignments_count", batch.affiliationsCount, -1, CountingRow::write);
    }

    /// A name may move from one row to another within a transaction, as with users, so all changed names are
    /// cleared first.
    private <T extends Affiliation> void save(
            GroupOrPolicyRow.Table<T> table, Batch.GroupOrPolicyRows<T> rows, Map<UUID, String> names) {
        List<GroupOrPolicyRow<T>> renamed = rows.changed.stream()
                .filter(row -> !row.name().equals(names.get(row.id())))
                .toList();
        session.batch(table.one() + "_delete", rows.deleted, 1, DeletedRow::write);
        session.batch(table.one() + "_clear_name", renamed, 1, GroupOrPolicyRow::key);
        session.batch(table.one() + "_update", rows.changed, 1, table.update());
        session.batch(table.one() + "_update_name", renamed, 1, GroupOrPolicyRow::rename);
        session.batch(table.one() + "_insert", rows.added, 1, table.insert());
    }
}
