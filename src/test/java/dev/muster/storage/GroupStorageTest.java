package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.UserRef;
import dev.muster.storage.GroupTables.AffiliationRow;
import dev.muster.storage.GroupTables.CountingRow;
import dev.muster.storage.GroupTables.DeletedRow;
import dev.muster.storage.GroupTables.GroupAssignmentRow;
import dev.muster.storage.GroupTables.Named;
import dev.muster.storage.sql.StorageException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Tests groups, policies, members and assignments: the behaviour that both databases have in common.
final class GroupStorageTest extends OnBothDatabases {
    private static final Instant AT = Instant.ofEpochMilli(5000);

    /// Returns the number of rows of a table in all realms.
    private long rows(String table) {
        return empty.number("select count(*) from " + table);
    }

    private UserRow user(long number) {
        return testRows.plain(1, number, "user" + number + "@example.com");
    }

    private static AffiliationRow in(UserRow user, GroupOrPolicyRow<Group> group, boolean counts) {
        return new AffiliationRow(user.realm(), user.id(), group.id(), user.number(), counts);
    }

    private static AffiliationRow given(UserRow user, GroupOrPolicyRow<Policy> policy, boolean counts) {
        return new AffiliationRow(user.realm(), user.id(), policy.id(), user.number(), counts);
    }

    private static GroupAssignmentRow given(GroupOrPolicyRow<Group> group, GroupOrPolicyRow<Policy> policy) {
        return new GroupAssignmentRow(group.realm(), policy.id(), group.id());
    }

    private static GroupOrPolicyRow<Group> named(GroupOrPolicyRow<Group> row, String name, long members) {
        Group group = row.value();
        return GroupOrPolicyRow.of(
                row.realm(), new Group(group.id(), name, group.description(), members, group.createdAt(), AT));
    }

    private static GroupOrPolicyRow<Policy> namedPolicy(GroupOrPolicyRow<Policy> row, String name, long users) {
        Policy policy = row.value();
        return GroupOrPolicyRow.of(
                row.realm(),
                new Policy(
                        policy.id(),
                        name,
                        policy.description(),
                        List.of("door " + users),
                        users,
                        policy.groups(),
                        policy.createdAt(),
                        AT));
    }

    private static DeletedRow deleted(GroupOrPolicyRow<?> row) {
        return new DeletedRow(row.realm(), row.id(), AT);
    }

    /// Loads and saves in one transaction.
    private void change(Consumer<LoadPlan> what, Consumer<Batch> filler) {
        lane.lock(List.of(1L), true);
        LoadPlan needs = new LoadPlan();
        what.accept(needs);
        lane.load(Map.of(1L, needs), List.of(), List.of());
        Batch batch = new Batch();
        filler.accept(batch);
        lane.save(batch);
        lane.commit();
    }

    private static String folded(GroupOrPolicyRow<Group> row) {
        return Group.folded(row.name());
    }

    @Test
    void groupsAndPoliciesComeBackInOrderOfTheirFoldedNames() {
        List<GroupOrPolicyRow<Group>> groups = new ArrayList<>();
        List<GroupOrPolicyRow<Policy>> policies = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            groups.add(testRows.group(1, testRows.text(30) + i));
            policies.add(testRows.policy(1, testRows.text(30) + i));
        }
        save(List.of(1L, 2L), batch -> {
            batch.groups.added.addAll(groups);
            batch.policies.added.addAll(policies);
            batch.groups.added.add(testRows.group(2, groups.getFirst().value().name()));
            batch.policies.added.add(
                    testRows.policy(2, policies.getFirst().value().name()));
        });
        groups.sort(Comparator.comparing(row -> folded(row).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
        policies.sort(Comparator.comparing(
                row -> Group.folded(row.name()).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
        // The comparisons are outside the read, because they take longer than reading, and a read has a deadline.
        for (GroupOrPolicyRow<Group> row : groups) {
            UUID id = row.id();
            assertSame(read(reads -> reads.groups().find(GroupOrPolicyRow.GROUPS, 1, id)), row);
            assertThat(this.<GroupOrPolicyRow<Group>>read(
                            reads -> reads.groups().find(GroupOrPolicyRow.GROUPS, 2, id)))
                    .isNull();
        }
        for (GroupOrPolicyRow<Policy> row : policies) {
            UUID id = row.id();
            assertSame(read(reads -> reads.groups().find(GroupOrPolicyRow.POLICIES, 1, id)), row);
            assertThat(this.<GroupOrPolicyRow<Policy>>read(
                            reads -> reads.groups().find(GroupOrPolicyRow.POLICIES, 2, id)))
                    .isNull();
        }
        assertSame(read(reads -> reads.groups().page(GroupOrPolicyRow.GROUPS, 1, "", 100, 0)), groups);
        assertSame(
                read(reads -> reads.groups().page(GroupOrPolicyRow.GROUPS, 1, folded(groups.get(9)), 5, 0)),
                groups.subList(10, 15));
        assertSame(
                read(reads -> reads.groups().page(GroupOrPolicyRow.GROUPS, 1, folded(groups.get(9)), 5, 3)),
                groups.subList(13, 18));
        assertSame(read(reads -> reads.groups().page(GroupOrPolicyRow.POLICIES, 1, "", 100, 0)), policies);
        assertSame(
                read(reads -> reads.groups().page(GroupOrPolicyRow.POLICIES, 1, "", 7, 30)), policies.subList(30, 37));
        assertThat(this.<Long>read(reads -> reads.groups().count(GroupOrPolicyRow.GROUPS, 1, 100)))
                .isEqualTo(40);
        assertThat(this.<Long>read(reads -> reads.groups().count(GroupOrPolicyRow.GROUPS, 1, 7)))
                .isEqualTo(7);
        assertThat(this.<Long>read(reads -> reads.groups().count(GroupOrPolicyRow.POLICIES, 1, 100)))
                .isEqualTo(40);
        assertThat(this.<Long>read(reads -> reads.groups().count(GroupOrPolicyRow.POLICIES, 2, 100)))
                .isEqualTo(1);
    }

    private <T> T read(Function<Reads, T> work) {
        return database.read(work);
    }

    @Test
    void groupsAndPoliciesAreLoadedByIdAndNameEachOnce() {
        GroupOrPolicyRow<Group> group = testRows.group(1, "Staff");
        GroupOrPolicyRow<Group> other = testRows.group(1, "Other");
        GroupOrPolicyRow<Policy> policy = testRows.policy(1, "Doors");
        save(List.of(1L, 2L), batch -> {
            batch.groups.added.addAll(List.of(group, other, testRows.group(2, "Staff")));
            batch.policies.added.addAll(List.of(policy, testRows.policy(2, "Doors")));
        });
        LoadedRows loaded = load(1, needs -> {
            needs.memberships.group(group.id());
            needs.memberships.groupNames.add(Group.folded("STAFF"));
            needs.memberships.groupNames.add(Group.folded("nobody"));
            needs.memberships.policies.add(policy.id());
            needs.memberships.policyNames.add(Group.folded("doors"));
            needs.memberships.policies.add(testRows.uuid());
        });
        assertSame(loaded.groups, List.of(group));
        assertSame(loaded.policies, List.of(policy));
        assertThat(loaded.groupAssignments).isEmpty();
    }

    @Test
    void affiliationsAreLoadedWithUsersOnRequest() {
        UserRow ada = user(1);
        UserRow bob = user(2);
        GroupOrPolicyRow<Group> group = testRows.group(1, "group");
        GroupOrPolicyRow<Group> other = testRows.group(1, "other");
        GroupOrPolicyRow<Policy> own = testRows.policy(1, "own");
        GroupOrPolicyRow<Policy> ofGroup = testRows.policy(1, "of the group");
        save(List.of(1L), batch -> {
            batch.newUsers.addAll(List.of(ada, bob));
            batch.groups.added.addAll(List.of(group, other));
            batch.policies.added.addAll(List.of(own, ofGroup));
            batch.memberships.added.addAll(List.of(in(ada, group, true), in(bob, group, false), in(bob, other, true)));
            batch.assignments.added.add(given(ada, own, true));
            batch.groupAssignments.added.addAll(List.of(given(group, ofGroup), given(group, own)));
        });
        LoadedRows plain =
                load(1, needs -> needs.people.user(UserRef.id(ada.user().id())));
        assertThat(plain.memberships).isEmpty();
        assertThat(plain.groups).isEmpty();
        LoadedRows loaded = load(1, needs -> {
            needs.people.user(UserRef.id(ada.user().id()));
            needs.people.user(UserRef.number(1));
            needs.people.user(UserRef.number(2));
            needs.memberships.affiliations = true;
            needs.memberships.group(group.id());
        });
        assertThat(loaded.memberships)
                .containsExactlyInAnyOrder(in(ada, group, true), in(bob, group, false), in(bob, other, true));
        assertThat(loaded.assignments).containsExactly(given(ada, own, true));
        assertThat(loaded.groupAssignments).containsExactlyInAnyOrder(given(group, ofGroup), given(group, own));
        assertThat(loaded.groups).containsExactlyInAnyOrder(group, other);
        assertThat(loaded.policies).containsExactlyInAnyOrder(own, ofGroup);
    }

    @Test
    void namesAreUniqueInTheirRealmAndGoFromOneToAnother() {
        GroupOrPolicyRow<Group> a = testRows.group(1, "A");
        GroupOrPolicyRow<Group> b = testRows.group(1, "B");
        GroupOrPolicyRow<Policy> c = testRows.policy(1, "C");
        GroupOrPolicyRow<Policy> d = testRows.policy(1, "D");
        save(List.of(1L), batch -> {
            batch.groups.added.addAll(List.of(a, b));
            batch.policies.added.addAll(List.of(c, d));
        });
        lane.lock(List.of(1L), true);
        Batch taken = new Batch();
        taken.groups.added.add(testRows.group(1, "a"));
        assertFails(Kind.DUPLICATE, () -> lane.save(taken));
        lane.rollback();
        change(
                needs -> {
                    needs.memberships.group(a.id());
                    needs.memberships.group(b.id());
                    needs.memberships.policies.add(c.id());
                    needs.memberships.policies.add(d.id());
                },
                batch -> {
                    batch.groups.changed.addAll(List.of(named(a, "B", 3), named(b, "A", 4)));
                    batch.policies.changed.addAll(List.of(namedPolicy(c, "D", 5), namedPolicy(d, "C", 6)));
                });
        database.read(reads -> {
            assertSame(
                    reads.groups().page(GroupOrPolicyRow.GROUPS, 1, "", 10, 0),
                    List.of(named(b, "A", 4), named(a, "B", 3)));
            assertSame(
                    reads.groups().page(GroupOrPolicyRow.POLICIES, 1, "", 10, 0),
                    List.of(namedPolicy(d, "C", 6), namedPolicy(c, "D", 5)));
            return "";
        });
    }

    @Test
    void deletedOnesDisappearAndFreeTheirNamesImmediately() {
        UserRow ada = user(1);
        GroupOrPolicyRow<Group> group = testRows.group(1, "group");
        GroupOrPolicyRow<Group> other = testRows.group(1, "other");
        GroupOrPolicyRow<Policy> policy = testRows.policy(1, "policy");
        GroupOrPolicyRow<Policy> second = testRows.policy(1, "second");
        save(List.of(1L), batch -> {
            batch.newUsers.add(ada);
            batch.groups.added.addAll(List.of(group, other));
            batch.policies.added.addAll(List.of(policy, second));
            batch.memberships.added.addAll(List.of(in(ada, group, true), in(ada, other, true)));
            batch.assignments.added.addAll(List.of(given(ada, policy, true), given(ada, second, true)));
            batch.groupAssignments.added.addAll(List.of(given(other, policy), given(other, second)));
        });
        GroupOrPolicyRow<Group> heir = testRows.group(1, "group");
        change(needs -> needs.memberships.policies.add(second.id()), batch -> {
            batch.groups.deleted.add(deleted(group));
            batch.groups.added.add(heir);
            batch.policies.deleted.add(deleted(policy));
            batch.policies.changed.add(namedPolicy(second, "policy", 1));
        });
        GroupOrPolicyRow<Policy> renamed = namedPolicy(second, "policy", 1);
        LoadedRows loaded = load(1, needs -> {
            needs.people.user(UserRef.number(1));
            needs.memberships.affiliations = true;
            needs.memberships.group(group.id());
            needs.memberships.group(other.id());
            needs.memberships.groupNames.add("group");
            needs.memberships.policies.add(policy.id());
            needs.memberships.policyNames.add("second");
        });
        assertThat(loaded.groups).containsExactlyInAnyOrder(other, heir);
        assertThat(loaded.policies).containsExactly(renamed);
        assertThat(loaded.memberships).containsExactly(in(ada, other, true));
        assertThat(loaded.assignments).containsExactly(given(ada, second, true));
        assertThat(loaded.groupAssignments).containsExactly(given(other, second));
        UUID id = ada.user().id();
        database.search(reads -> {
            assertThat(reads.groups().find(GroupOrPolicyRow.GROUPS, 1, group.id()))
                    .isNull();
            assertThat(reads.groups().find(GroupOrPolicyRow.POLICIES, 1, policy.id()))
                    .isNull();
            assertSame(reads.groups().page(GroupOrPolicyRow.GROUPS, 1, "", 10, 0), List.of(heir, other));
            assertThat(reads.groups().count(GroupOrPolicyRow.GROUPS, 1, 10)).isEqualTo(2);
            assertThat(reads.groups().count(GroupOrPolicyRow.POLICIES, 1, 10)).isEqualTo(1);
            assertSame(reads.groups().groupsOfUser(1, id), List.of(other));
            assertSame(reads.groups().policiesOfUser(1, id), List.of(renamed));
            assertSame(reads.groups().policiesThroughGroups(1, id), List.of(renamed));
            assertThat(reads.groups().groupsOfUsers(1, List.of(id)))
                    .isEqualTo(Map.of(id, List.of(new Named(other.id(), "other"))));
            assertThat(reads.users().list(of(group), 10, 0)).isEmpty();
            assertThat(reads.users().count(of(group), 10)).isZero();
            assertThat(reads.users().list(of(other), 10, 0)).hasSize(1);
            return "";
        });
        assertFails(Kind.STATEMENT, () -> save(List.of(1L), batch -> batch.groups.deleted.add(deleted(group))));
        lane.rollback();
    }

    private static UserFilter of(GroupOrPolicyRow<Group> group) {
        return new UserFilter(1, null, null, null, null, group.id(), null, null, null, 0);
    }

    @Test
    void relationsThatDoNotCountAreLoadedButNotRead() {
        UserRow ada = user(1);
        UserRow bob = user(2);
        GroupOrPolicyRow<Group> group = testRows.group(1, "group");
        GroupOrPolicyRow<Policy> policy = testRows.policy(1, "policy");
        GroupOrPolicyRow<Policy> through = testRows.policy(1, "through");
        save(List.of(1L), batch -> {
            batch.newUsers.addAll(List.of(ada, bob));
            batch.groups.added.add(group);
            batch.policies.added.addAll(List.of(policy, through));
            batch.memberships.added.addAll(List.of(in(ada, group, true), in(bob, group, true)));
            batch.assignments.added.addAll(List.of(given(ada, policy, true), given(bob, policy, true)));
            batch.groupAssignments.added.add(given(group, through));
        });
        UUID id = ada.user().id();
        Consumer<LoadPlan> all = needs -> {
            needs.people.user(UserRef.id(id));
            needs.memberships.affiliations = true;
        };
        save(List.of(1L), batch -> batch.affiliationsCount.add(new CountingRow(1, id, false)));
        LoadedRows loaded = load(1, all);
        assertThat(loaded.memberships).containsExactly(in(ada, group, false));
        assertThat(loaded.assignments).containsExactly(given(ada, policy, false));
        assertThat(loaded.groups).containsExactly(group);
        database.search(reads -> {
            assertThat(reads.groups().groupsOfUser(1, id)).isEmpty();
            assertThat(reads.groups().policiesOfUser(1, id)).isEmpty();
            assertThat(reads.groups().policiesThroughGroups(1, id)).isEmpty();
            assertThat(reads.groups().groupsOfUsers(1, List.of(id, bob.user().id())))
                    .containsOnlyKeys(bob.user().id());
            assertThat(reads.groups().policiesOfUsers(1, List.of(id, bob.user().id())))
                    .containsOnlyKeys(bob.user().id());
            assertThat(reads.users().list(of(group), 10, 0))
                    .extracting(row -> row.user().number())
                    .containsExactly(2L);
            return "";
        });
        save(List.of(1L), batch -> {
            batch.groups.added.add(testRows.group(1, "later"));
            batch.affiliationsCount.add(new CountingRow(1, id, true));
        });
        loaded = load(1, all);
        assertThat(loaded.memberships).containsExactly(in(ada, group, true));
        assertThat(loaded.assignments).containsExactly(given(ada, policy, true));
        assertThat(database.<Long>search(reads -> reads.users().count(of(group), 10)))
                .isEqualTo(2);
    }

    @Test
    void affiliationsOfManyAreReadAtOnceInOrderOfTheirNames() {
        List<UserRow> users = new ArrayList<>();
        for (int number = 1; number <= 1000; number++) {
            users.add(user(number));
        }
        GroupOrPolicyRow<Group> b = testRows.group(1, "b");
        GroupOrPolicyRow<Group> a = testRows.group(1, "A");
        GroupOrPolicyRow<Policy> policy = testRows.policy(1, "policy");
        save(List.of(1L), batch -> {
            batch.newUsers.addAll(users);
            batch.groups.added.addAll(List.of(b, a));
            batch.policies.added.add(policy);
            for (UserRow user : users) {
                if (user.user().number() % 10 > 0) {
                    batch.memberships.added.add(in(user, b, true));
                    batch.memberships.added.add(in(user, a, true));
                }
            }
            batch.assignments.added.add(given(users.get(4), policy, true));
        });
        List<UUID> ids = users.stream().map(row -> row.user().id()).toList();
        database.search(reads -> {
            Map<UUID, List<Named>> groups = reads.groups().groupsOfUsers(1, ids);
            assertThat(groups).hasSize(900);
            assertThat(groups.values()).allMatch(List.of(new Named(a.id(), "A"), new Named(b.id(), "b"))::equals);
            assertThat(reads.groups().policiesOfUsers(1, ids))
                    .isEqualTo(Map.of(ids.get(4), List.of(new Named(policy.id(), "policy"))));
            assertThat(reads.groups().groupsOfUsers(2, ids)).isEmpty();
            assertThat(reads.groups().groupsOfUsers(1, List.of())).isEmpty();
            return "";
        });
    }

    @Test
    void aPolicyHasItsGroupsAndAUserPoliciesThroughThemOnce() {
        UserRow ada = user(1);
        GroupOrPolicyRow<Group> b = testRows.group(1, "b");
        GroupOrPolicyRow<Group> a = testRows.group(1, "A");
        GroupOrPolicyRow<Policy> policy = testRows.policy(1, "policy");
        GroupOrPolicyRow<Policy> doors = testRows.policy(1, "Doors");
        save(List.of(1L), batch -> {
            batch.newUsers.add(ada);
            batch.groups.added.addAll(List.of(b, a));
            batch.policies.added.addAll(List.of(policy, doors));
            batch.memberships.added.addAll(List.of(in(ada, b, true), in(ada, a, true)));
            batch.groupAssignments.added.addAll(List.of(given(a, policy), given(b, policy), given(b, doors)));
        });
        UUID id = ada.user().id();
        database.read(reads -> {
            assertSame(reads.groups().groupsOfPolicy(1, policy.id()), List.of(a, b));
            assertThat(reads.groups().groupsOfPolicy(2, policy.id())).isEmpty();
            assertSame(reads.groups().policiesThroughGroups(1, id), List.of(doors, policy));
            assertThat(reads.groups().policiesOfUser(1, id)).isEmpty();
            assertSame(reads.groups().groupsOfUser(1, id), List.of(a, b));
            return "";
        });
        save(List.of(1L), batch -> {
            batch.memberships.lost.add(in(ada, a, true));
            batch.groupAssignments.lost.add(given(b, policy));
        });
        database.read(reads -> {
            assertSame(reads.groups().groupsOfPolicy(1, policy.id()), List.of(a));
            assertSame(reads.groups().policiesThroughGroups(1, id), List.of(doors));
            return "";
        });
    }

    @Test
    void removingAMissingMembershipOrAssignmentIsRefused() {
        UserRow ada = user(1);
        GroupOrPolicyRow<Group> group = testRows.group(1, "group");
        GroupOrPolicyRow<Policy> policy = testRows.policy(1, "policy");
        save(List.of(1L), batch -> {
            batch.newUsers.add(ada);
            batch.groups.added.add(group);
            batch.policies.added.add(policy);
            batch.memberships.added.add(in(ada, group, true));
            batch.assignments.added.add(given(ada, policy, true));
        });
        save(List.of(1L), batch -> {
            batch.memberships.lost.add(in(ada, group, false));
            batch.assignments.lost.add(given(ada, policy, false));
        });
        assertThat(rows("membership")).isZero();
        assertThat(rows("assignment")).isZero();
        lane.lock(List.of(1L), true);
        Batch batch = new Batch();
        batch.memberships.lost.add(in(ada, group, true));
        assertFails(Kind.STATEMENT, () -> lane.save(batch));
        lane.rollback();
    }

    @Test
    void cleanupDeletesInSlices() {
        List<UserRow> users = new ArrayList<>();
        for (int number = 1; number <= 10; number++) {
            users.add(user(number));
        }
        GroupOrPolicyRow<Group> group = testRows.group(1, "group");
        GroupOrPolicyRow<Group> kept = testRows.group(1, "kept");
        GroupOrPolicyRow<Group> elsewhere = testRows.group(2, "group");
        GroupOrPolicyRow<Policy> policy = testRows.policy(1, "policy");
        save(List.of(1L, 2L), batch -> {
            batch.newUsers.addAll(users);
            batch.groups.added.addAll(List.of(group, kept, elsewhere));
            batch.policies.added.add(policy);
            for (UserRow user : users) {
                batch.memberships.added.add(in(user, group, user.user().number() % 2 == 0));
                batch.memberships.added.add(in(user, kept, true));
                batch.assignments.added.add(given(user, policy, user.user().number() % 2 == 0));
            }
            batch.groupAssignments.added.add(given(kept, policy));
        });
        try (ChoreStore choreStore = database.choreStore()) {
            assertThat(choreStore.sweepGroups(100)).isZero();
            save(List.of(1L, 2L), batch -> {
                batch.groups.deleted.addAll(List.of(deleted(group), deleted(elsewhere)));
                batch.policies.deleted.add(deleted(policy));
            });
            assertThat(choreStore.sweepGroups(8)).isEqualTo(8);
            assertThat(rows("membership")).isEqualTo(12);
            assertThat(choreStore.sweepGroups(8)).isEqualTo(4);
            assertThat(rows("membership")).isEqualTo(10);
            assertThat(rows("user_group")).isEqualTo(1);
            assertThat(choreStore.sweepGroups(8)).isZero();
            assertThat(choreStore.sweepPolicies(5)).isEqualTo(5);
            assertThat(choreStore.sweepPolicies(5)).isEqualTo(5);
            assertThat(rows("policy")).isEqualTo(1);
            assertThat(choreStore.sweepPolicies(5)).isEqualTo(2);
            assertThat(rows("assignment")).isZero();
            assertThat(rows("group_assignment")).isZero();
            assertThat(rows("policy")).isZero();
        }
        assertThat(load(1, needs -> {
                            needs.people.user(UserRef.number(1));
                            needs.memberships.affiliations = true;
                        })
                        .memberships)
                .containsExactly(in(users.getFirst(), kept, true));
    }
}
