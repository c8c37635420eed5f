package dev.muster.directory.lane;

import dev.muster.directory.keys.Unreadable;
import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Affiliations;
import dev.muster.model.state.GroupOrPolicyFacts;
import dev.muster.model.state.MembershipState;
import dev.muster.model.state.PeopleState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.storage.Batch;
import dev.muster.storage.GroupOrPolicyRow;
import dev.muster.storage.GroupTables.AffiliationRow;
import dev.muster.storage.GroupTables.CountingRow;
import dev.muster.storage.GroupTables.DeletedRow;
import dev.muster.storage.GroupTables.GroupAssignmentRow;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// One realm's groups and policies in one transaction: their rows, memberships and assignments.
final class MembershipBatch {
    private final long realm;
    private final MembershipState state;
    private final PeopleState people;
    private final Instant now;

    MembershipBatch(long realm, MembershipState state, PeopleState people, Instant now) {
        this.realm = realm;
        this.state = state;
        this.people = people;
        this.now = now;
    }

    static <T extends Affiliation> void loaded(GroupOrPolicyRow<T> row, GroupOrPolicyFacts<T> facts) {
        if (Unreadable.isReadable(row)) {
            facts.load(row.value());
        } else {
            facts.loadUnreadable(row.id(), row.name(), row.unreadable());
        }
    }

    void collect(Batch batch) {
        collect(state.groups, batch.groups);
        collect(state.policies, batch.policies);
        state.changedAffiliations().forEach((user, changed) -> collect(batch, user, changed));
        state.changedPoliciesOfGroups().forEach((group, changed) -> {
            Set<UUID> before = changed.before() == null ? Set.of() : changed.before();
            collect(
                    before,
                    changed.after(),
                    state.policies,
                    batch.groupAssignments,
                    policy -> new GroupAssignmentRow(realm, policy, group));
        });
        for (WorkingSet.Changed<User> changed : people.changed()) {
            User before = changed.before();
            User after = changed.after();
            if (before != null
                    && before.isRemoved() != after.isRemoved()
                    && !state.of(after.id()).isEmpty()) {
                batch.affiliationsCount.add(new CountingRow(realm, after.id(), !after.isRemoved()));
            }
        }
    }

    private <T extends Affiliation> void collect(GroupOrPolicyFacts<T> facts, Batch.GroupOrPolicyRows<T> rows) {
        for (WorkingSet.Altered<T> altered : facts.altered()) {
            T before = altered.before();
            T after = altered.after();
            if (after != null) {
                (before == null ? rows.added : rows.changed).add(GroupOrPolicyRow.of(realm, after));
            } else if (before != null) {
                rows.deleted.add(new DeletedRow(realm, before.id(), now));
            }
        }
    }

    private void collect(Batch batch, UUID id, WorkingSet.Changed<Affiliations> changed) {
        User user = people.find(UserRef.id(id));
        if (user == null) {
            throw new IllegalStateException("affiliations of an unknown user");
        }
        Affiliations before = changed.before() == null ? Affiliations.NONE : changed.before();
        Affiliations after = changed.after();
        Function<UUID, AffiliationRow> row = to -> new AffiliationRow(realm, id, to, user.number(), !user.isRemoved());
        collect(before.groups(), after.groups(), state.groups, batch.memberships, row);
        collect(before.policies(), after.policies(), state.policies, batch.assignments, row);
    }

    /// Adds the differences to `links`. Groups and policies that were both created and deleted in this transaction
    /// get no links: their rows are never written, so `Cleanup` would not find the links.
    private static <R> void collect(
            Set<UUID> before,
            Set<UUID> after,
            GroupOrPolicyFacts<?> facts,
            Batch.Links<R> links,
            Function<UUID, R> row) {
        for (UUID id : after) {
            if (!before.contains(id) && facts.find(id) != null) {
                links.added.add(row.apply(id));
            }
        }
        for (UUID id : before) {
            if (!after.contains(id)) {
                links.lost.add(row.apply(id));
            }
        }
    }
}
