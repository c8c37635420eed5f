package dev.muster.directory.lane;

import dev.muster.directory.keys.Unreadable;
import dev.muster.model.UnreadableException;
import dev.muster.model.group.Affiliations;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.state.MembershipState;
import dev.muster.model.state.PeopleState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.storage.Batch;
import dev.muster.storage.GroupTables.AffiliationRow;
import dev.muster.storage.GroupTables.CountingRow;
import dev.muster.storage.GroupTables.DeletedRow;
import dev.muster.storage.GroupTables.GroupAssignmentRow;
import dev.muster.storage.NamedRow;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The groups and policies of one realm in one transaction: their rows, and those of who is in them.
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

    void loadedGroup(NamedRow<Group> row) {
        if (row.readable()) {
            state.loaded(row.value());
        } else {
            UnreadableException why = row.unreadable();
            Unreadable.report(row.realm(), why);
            state.loadedUnreadableGroup(row.id(), row.name(), why);
        }
    }

    void loadedPolicy(NamedRow<Policy> row) {
        if (row.readable()) {
            state.loaded(row.value());
        } else {
            UnreadableException why = row.unreadable();
            Unreadable.report(row.realm(), why);
            state.loadedUnreadablePolicy(row.id(), row.name(), why);
        }
    }

    void collect(Batch batch) {
        for (WorkingSet.Altered<Group> altered : state.changedGroups()) {
            Group before = altered.before();
            Group after = altered.after();
            if (after != null) {
                (before == null ? batch.newGroups : batch.changedGroups).add(NamedRow.of(realm, after));
            } else if (before != null) {
                batch.deletedGroups.add(new DeletedRow(realm, before.id(), now));
            }
        }
        for (WorkingSet.Altered<Policy> altered : state.changedPolicies()) {
            Policy before = altered.before();
            Policy after = altered.after();
            if (after != null) {
                (before == null ? batch.newPolicies : batch.changedPolicies).add(NamedRow.of(realm, after));
            } else if (before != null) {
                batch.deletedPolicies.add(new DeletedRow(realm, before.id(), now));
            }
        }
        state.changedAffiliations().forEach((user, changed) -> collect(batch, user, changed));
        state.changedPoliciesOfGroups().forEach((group, changed) -> {
            Set<UUID> before = changed.before() == null ? Set.of() : changed.before();
            // If it was created and deleted in this transaction there is no row for Cleanup to find.
            each(
                    changed.after(),
                    before,
                    policy -> state.policy(policy) != null,
                    policy -> batch.newGroupAssignments.add(new GroupAssignmentRow(realm, policy, group)));
            each(
                    before,
                    changed.after(),
                    _ -> true,
                    policy -> batch.lostGroupAssignments.add(new GroupAssignmentRow(realm, policy, group)));
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

    private void collect(Batch batch, UUID id, WorkingSet.Changed<Affiliations> changed) {
        User user = people.find(UserRef.id(id));
        if (user == null) {
            throw new IllegalStateException("affiliations of nobody");
        }
        Affiliations before = changed.before() == null ? Affiliations.NONE : changed.before();
        Affiliations after = changed.after();
        boolean counts = !user.isRemoved();
        long number = user.number();
        each(
                after.groups(),
                before.groups(),
                group -> state.group(group) != null,
                group -> batch.newMemberships.add(new AffiliationRow(realm, id, group, number, counts)));
        each(
                before.groups(),
                after.groups(),
                _ -> true,
                group -> batch.lostMemberships.add(new AffiliationRow(realm, id, group, number, counts)));
        each(
                after.policies(),
                before.policies(),
                policy -> state.policy(policy) != null,
                policy -> batch.newAssignments.add(new AffiliationRow(realm, id, policy, number, counts)));
        each(
                before.policies(),
                after.policies(),
                _ -> true,
                policy -> batch.lostAssignments.add(new AffiliationRow(realm, id, policy, number, counts)));
    }

    /// Those of `some` that are not among `others` and that `which` lets through.
    private static void each(Set<UUID> some, Set<UUID> others, Predicate<UUID> which, Consumer<UUID> then) {
        for (UUID id : some) {
            if (!others.contains(id) && which.test(id)) {
                then.accept(id);
            }
        }
    }
}
