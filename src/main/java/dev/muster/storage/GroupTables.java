package dev.muster.storage;

import dev.muster.model.group.Group;
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

/// Groups, policies, and who and what belongs to them. Those that were deleted are not found.
public final class GroupTables {
    private final Session session;

    GroupTables(Session session) {
        this.session = session;
    }

    /// A deleted group or policy. Its row stays, hidden, until a chore has deleted all that belongs to it.
    public record DeletedRow(long realm, UUID id, Instant at) {
        private void write(Parameters to) throws SQLException {
            to.instant(at).number(realm).uuid(id);
        }
    }

    /// A user's membership of a group.
    ///
    /// @param number the user's, which never changes: members are listed in its order
    /// @param counts false while the user is removed
    public record MembershipRow(long realm, UUID user, long number, UUID group, boolean counts) {
        private void insert(Parameters to) throws SQLException {
            to.number(realm).uuid(user).uuid(group).number(number).truth(counts);
        }

        private void delete(Parameters to) throws SQLException {
            to.number(realm).uuid(user).uuid(group);
        }

        private static MembershipRow read(Row row) throws SQLException {
            long realm = row.number();
            UUID user = row.uuid();
            UUID group = row.uuid();
            return new MembershipRow(realm, user, row.number(), group, row.truth());
        }
    }

    /// The assignment of a policy to a user directly.
    ///
    /// @param number the user's
    /// @param counts false while the user is removed
    public record AssignmentRow(long realm, UUID user, long number, UUID policy, boolean counts) {
        private void insert(Parameters to) throws SQLException {
            to.number(realm).uuid(user).uuid(policy).number(number).truth(counts);
        }

        private void delete(Parameters to) throws SQLException {
            to.number(realm).uuid(user).uuid(policy);
        }

        private static AssignmentRow read(Row row) throws SQLException {
            long realm = row.number();
            UUID user = row.uuid();
            UUID policy = row.uuid();
            return new AssignmentRow(realm, user, row.number(), policy, row.truth());
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

    /// Whether all memberships and assignments of a user count from now on.
    public record CountingRow(long realm, UUID user, boolean counts) {
        /// Only those that change.
        private void write(Parameters to) throws SQLException {
            to.truth(counts).number(realm).uuid(user).truth(counts);
        }
    }

    /// The group, or null.
    public @Nullable GroupRow group(long realm, UUID id) {
        return session.one("group_by_id", GroupRow::read, realm, id);
    }

    /// Groups in order of their folded names.
    ///
    /// @param after only those with a later folded name; empty to begin
    public List<GroupRow> groups(long realm, String after, int limit, long offset) {
        return session.list("groups_page", GroupRow::read, realm, after, limit, offset);
    }

    /// How many groups there are, `upTo` at most.
    public long groupCount(long realm, int upTo) {
        return session.count("groups_count", realm, upTo);
    }

    /// The policy, or null.
    public @Nullable PolicyRow policy(long realm, UUID id) {
        return session.one("policy_by_id", PolicyRow::read, realm, id);
    }

    /// Policies in order of their folded names.
    ///
    /// @param after only those with a later folded name; empty to begin
    public List<PolicyRow> policies(long realm, String after, int limit, long offset) {
        return session.list("policies_page", PolicyRow::read, realm, after, limit, offset);
    }

    /// How many policies there are, `upTo` at most.
    public long policyCount(long realm, int upTo) {
        return session.count("policies_count", realm, upTo);
    }

    /// The groups that a policy is assigned to, in order of their folded names.
    public List<GroupRow> groupsOfPolicy(long realm, UUID policy) {
        return sorted(session.list("groups_of_policy", GroupRow::read, realm, policy));
    }

    /// The groups of a user, in order of their folded names; none while the user is removed.
    public List<GroupRow> groupsOfUser(long realm, UUID user) {
        return sorted(session.list("groups_of_user", GroupRow::read, realm, user));
    }

    /// The policies that are assigned to a user directly, in order of their folded names; none while the user
    /// is removed.
    public List<PolicyRow> policiesOfUser(long realm, UUID user) {
        return sorted(session.list("policies_of_user", PolicyRow::read, realm, user));
    }

    /// The policies that are assigned to the groups of a user, each once, in order of their folded names;
    /// none while the user is removed.
    public List<PolicyRow> policiesThroughGroups(long realm, UUID user) {
        return sorted(session.list("policies_through_groups", PolicyRow::read, realm, user));
    }

    /// Each row once. Ids are unique over all realms.
    private static <T extends NamedRow> Collection<T> once(List<T> rows) {
        Map<UUID, T> byId = new LinkedHashMap<>();
        rows.forEach(row -> byId.put(row.id(), row));
        return byId.values();
    }

    /// Each row once, in order of folded names.
    private static <T extends NamedRow> List<T> sorted(List<T> rows) {
        List<T> all = new ArrayList<>(once(rows));
        all.sort(NamedRow.byName(row -> Group.folded(row.name())));
        return all;
    }

    /// A group or policy by its name.
    public record Named(UUID id, String name) {}

    /// The groups of each of the users, in order of their folded names. Users without a group and removed
    /// ones are left out.
    public Map<UUID, List<Named>> groupsOfUsers(long realm, Collection<UUID> users) {
        return named("group_names_of_users", realm, users);
    }

    /// The policies that are assigned to each of the users directly, as [#groupsOfUsers].
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
        all.sort(NamedRow.byName(NamedOf::folded));
        Map<UUID, List<Named>> byUser = new LinkedHashMap<>();
        for (NamedOf each : all) {
            byUser.computeIfAbsent(each.user, _ -> new ArrayList<>())
                    .add(new Named(each.id, each.name == null ? each.folded : each.name));
        }
        return byUser;
    }

    // What a lane loads and saves

    /// Loads groups and policies, and, if the plan wants affiliations, those of the users that were loaded.
    void load(Map<Long, LoadPlan> plans, Loaded loaded) {
        Map<Long, Set<UUID>> users = new LinkedHashMap<>();
        for (UserRow row : loaded.users) {
            if (Objects.requireNonNull(plans.get(row.realm())).memberships.wantsAffiliations()) {
                Loaded.add(users, row.realm(), row.id());
            }
        }
        loaded.memberships.addAll(session.list("memberships_by_user", MembershipRow::read, users));
        loaded.assignments.addAll(session.list("assignments_by_user", AssignmentRow::read, users));
        loaded.groupAssignments.addAll(session.list(
                "group_assignments_by_group",
                GroupAssignmentRow::read,
                Loaded.wanted(plans, plan -> plan.memberships.policiesOfGroups)));
        Map<Long, Set<UUID>> groups = ids(plans, plan -> plan.memberships.groups);
        loaded.memberships.forEach(row -> Loaded.add(groups, row.realm(), row.group()));
        loaded.groups.addAll(load("groups", GroupRow::read, groups, plans, plan -> plan.memberships.groupNames));
        Map<Long, Set<UUID>> policies = ids(plans, plan -> plan.memberships.policies);
        loaded.assignments.forEach(row -> Loaded.add(policies, row.realm(), row.policy()));
        loaded.groupAssignments.forEach(row -> Loaded.add(policies, row.realm(), row.policy()));
        loaded.policies.addAll(
                load("policies", PolicyRow::read, policies, plans, plan -> plan.memberships.policyNames));
    }

    private <T extends NamedRow> Collection<T> load(
            String what,
            Row.Reader<T> reader,
            Map<Long, Set<UUID>> ids,
            Map<Long, LoadPlan> plans,
            Function<LoadPlan, Collection<String>> names) {
        List<T> found = session.list(what + "_by_id", reader, ids);
        found.addAll(session.list(what + "_by_name", reader, Loaded.wanted(plans, names)));
        return once(found);
    }

    private static Map<Long, Set<UUID>> ids(Map<Long, LoadPlan> plans, Function<LoadPlan, Set<UUID>> wanted) {
        Map<Long, Set<UUID>> ids = new LinkedHashMap<>();
        plans.forEach((realm, plan) -> wanted.apply(plan).forEach(id -> Loaded.add(ids, realm, id)));
        return ids;
    }

    /// @param names of the groups and policies that were loaded, by id
    void save(Batch batch, Map<UUID, String> names) {
        save(
                "group",
                batch.deletedGroups,
                batch.changedGroups,
                GroupRow::update,
                batch.newGroups,
                GroupRow::insert,
                names);
        save(
                "policy",
                batch.deletedPolicies,
                batch.changedPolicies,
                PolicyRow::update,
                batch.newPolicies,
                PolicyRow::insert,
                names);
        session.batch("membership_delete", batch.lostMemberships, 1, MembershipRow::delete);
        session.batch("membership_insert", batch.newMemberships, 1, MembershipRow::insert);
        session.batch("assignment_delete", batch.lostAssignments, 1, AssignmentRow::delete);
        session.batch("assignment_insert", batch.newAssignments, 1, AssignmentRow::insert);
        session.batch("group_assignment_delete", batch.lostGroupAssignments, 1, GroupAssignmentRow::write);
        session.batch("group_assignment_insert", batch.newGroupAssignments, 1, GroupAssignmentRow::write);
        session.batch("memberships_count", batch.affiliationsCount, -1, CountingRow::write);
        session.batch("assignments_count", batch.affiliationsCount, -1, CountingRow::write);
    }

    /// As with users, a name may go from one to another within a transaction: so all that change are cleared
    /// first.
    private <T extends NamedRow> void save(
            String what,
            List<DeletedRow> deleted,
            List<T> changed,
            Parameters.Filler<T> update,
            List<T> added,
            Parameters.Filler<T> insert,
            Map<UUID, String> names) {
        List<T> renamed = changed.stream()
                .filter(row -> !row.name().equals(names.get(row.id())))
                .toList();
        session.batch(what + "_delete", deleted, 1, DeletedRow::write);
        session.batch(what + "_clear_name", renamed, 1, NamedRow::key);
        session.batch(what + "_update", changed, 1, update);
        session.batch(what + "_update_name", renamed, 1, NamedRow::rename);
        session.batch(what + "_insert", added, 1, insert);
    }
}
