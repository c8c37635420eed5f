package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.group.Affiliations;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Groups and policies, and what happens to them when their users leave.
class GroupLifeTest {
    private final TestRealm realm = new TestRealm();
    private final UUID ada = realm.user("ada@x.org");
    private final UUID bea = realm.user("bea@x.org");
    private final UUID guest = realm.user(draft -> {
        draft.email = TestRealm.email("guest@x.org");
        draft.tag = Tag.GUEST;
    });

    private Change done(Command command) {
        return TestRealm.ok(realm.ask(realm.admin, null, command));
    }

    private Refusal no(Command command) {
        return TestRealm.no(realm.ask(realm.admin, null, command));
    }

    private UUID group(String name) {
        return done(new Command.CreateGroup(name, null)).group().id();
    }

    private UUID policy(String name) {
        return done(new Command.CreatePolicy(name, null, List.of("door")))
                .policy()
                .id();
    }

    private void join(UUID group, UUID... users) {
        for (UUID user : users) {
            done(new Command.AddMember(group, UserRef.id(user)));
        }
    }

    private void assign(UUID policy, UUID... users) {
        for (UUID user : users) {
            done(new Command.AssignUser(policy, UserRef.id(user)));
        }
    }

    private long members(UUID group) {
        return realm.groups.get(group).members();
    }

    // Names

    @Test
    void aNameIsOneGroupsWhateverItsCase() {
        UUID staff = group("Staff");
        assertThat(no(new Command.CreateGroup("STAFF", null))).isEqualTo(new Refusal.Taken("name", staff, false));
        UUID others = group("Others");
        assertThat(no(new Command.UpdateGroup(others, new Edit<>("staff"), null)))
                .isEqualTo(new Refusal.Taken("name", staff, false));
        // A group may change the case of its own name, and it may take a name that another group has given up.
        assertThat(done(new Command.UpdateGroup(staff, new Edit<>("STAFF"), null))
                        .group()
                        .name())
                .isEqualTo("STAFF");
        done(new Command.UpdateGroup(staff, new Edit<>("Crew"), null));
        done(new Command.UpdateGroup(others, new Edit<>("staff"), null));
        // A policy may have the same name as a group.
        UUID policy = policy("Staff");
        assertThat(no(new Command.CreatePolicy("sTAFF", null, List.of())))
                .isEqualTo(new Refusal.Taken("name", policy, false));
        done(new Command.DeleteGroup(others));
        group("staff");
    }

    @Test
    void repeatedChangesChangeNothing() {
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        join(staff, ada);
        assign(doors, ada);
        done(new Command.AssignGroup(doors, staff));
        int entries = realm.journal.size();
        done(new Command.UpdateGroup(staff, new Edit<>("Staff"), new Edit<>(null)));
        done(new Command.UpdateGroup(staff, null, null));
        done(new Command.UpdatePolicy(doors, null, null, new Edit<>(List.of("door"))));
        join(staff, ada);
        assign(doors, ada);
        done(new Command.AssignGroup(doors, staff));
        done(new Command.RemoveMember(staff, UserRef.id(bea)));
        done(new Command.RemoveMember(staff, UserRef.id(guest)));
        done(new Command.UnassignUser(doors, UserRef.id(bea)));
        assertThat(realm.journal).hasSize(entries);
        assertThat(members(staff)).isEqualTo(1);
        assertThat(realm.policies.get(doors).users()).isEqualTo(1);
        assertThat(realm.policies.get(doors).groups()).isEqualTo(1);
    }

    // Who may be a member, and which refusal takes precedence

    @Test
    void guestsAreNeitherMembersNorAssignees() {
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        assertThat(no(new Command.AddMember(staff, UserRef.id(guest)))).isEqualTo(new Refusal.GuestNotAllowed());
        assertThat(no(new Command.AssignUser(doors, UserRef.id(guest)))).isEqualTo(new Refusal.GuestNotAllowed());
        realm.done(guest, new Command.Promote());
        join(staff, guest);
        assign(doors, guest);
    }

    @Test
    void theGroupIsLookedForBeforeTheUserAndTheUserBeforeWhatTheyAre() {
        UUID nowhere = new UUID(1, 1);
        UserRef nobody = UserRef.id(new UUID(2, 2));
        assertThat(no(new Command.AddMember(nowhere, nobody)))
                .isEqualTo(new Refusal.NotFound("group", nowhere.toString()));
        assertThat(no(new Command.AssignUser(nowhere, nobody)))
                .isEqualTo(new Refusal.NotFound("policy", nowhere.toString()));
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        assertThat(no(new Command.AddMember(staff, nobody))).isEqualTo(new Refusal.NotFound("user", nobody.text()));
        assertThat(no(new Command.AssignGroup(doors, nowhere)))
                .isEqualTo(new Refusal.NotFound("group", nowhere.toString()));
        assertThat(no(new Command.AssignGroup(nowhere, staff)))
                .isEqualTo(new Refusal.NotFound("policy", nowhere.toString()));
        realm.done(guest, new Command.Remove(null, null));
        for (Command command : List.of(
                new Command.AddMember(staff, UserRef.id(guest)),
                new Command.RemoveMember(staff, UserRef.id(guest)),
                new Command.AssignUser(doors, UserRef.id(guest)),
                new Command.UnassignUser(doors, UserRef.id(guest)))) {
            assertThat(no(command)).isEqualTo(new Refusal.Removed());
        }
        realm.done(guest, new Command.Bar(null, null));
        UserRef barred = UserRef.identifier(Identifier.Kind.EMAIL, "guest@x.org");
        assertThat(no(new Command.AddMember(staff, barred))).isEqualTo(new Refusal.Barred());
        realm.done(guest, new Command.Erase(null, null));
        assertThat(no(new Command.AddMember(staff, UserRef.id(guest)))).isEqualTo(new Refusal.Erased());
        // After an erasure, only the fingerprint of the bar remains to recognise the user by.
        assertThat(no(new Command.AddMember(staff, barred))).isEqualTo(new Refusal.Barred());
    }

    @Test
    void writingGroupsNeedsItsScope() {
        Actor mayNot = realm.key(Set.of(Scope.USERS_WRITE, Scope.USERS_READ), Rank.REGULAR, null)
                .actor();
        assertThat(TestRealm.no(realm.ask(mayNot, null, new Command.CreateGroup("Staff", null))))
                .isEqualTo(new Refusal.Forbidden("groups:write"));
    }

    // Deleting

    @Test
    void aGroupThatPoliciesUseStaysAndNamesThem() {
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        UUID gates = policy("Alarms");
        done(new Command.AssignGroup(doors, staff));
        done(new Command.AssignGroup(gates, staff));
        assertThat(no(new Command.DeleteGroup(staff)))
                .isEqualTo(new Refusal.InUse("policy \"Alarms\", policy \"Doors\""));
        done(new Command.UnassignGroup(doors, staff));
        done(new Command.DeletePolicy(gates));
        done(new Command.DeleteGroup(staff));
        assertThat(realm.groups).isEmpty();
        assertThat(no(new Command.DeleteGroup(staff))).isInstanceOf(Refusal.NotFound.class);
    }

    @Test
    void deletingEndsMembershipsAndAssignments() {
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        join(staff, ada, bea);
        assign(doors, ada);
        done(new Command.DeleteGroup(staff));
        done(new Command.DeletePolicy(doors));
        assertThat(realm.affiliationsOf(ada)).isEqualTo(Affiliations.NONE);
        // A new group with the same name has no members.
        assertThat(members(group("Staff"))).isZero();
        assertThat(realm.isIdle(ada, new Command.Restore(null, null))).isTrue();
    }

    // Users who leave

    @Test
    void removedMembersCountAgainWhenRestored() {
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        join(staff, ada, bea);
        assign(doors, ada);
        realm.done(ada, new Command.Remove(null, null));
        assertThat(members(staff)).isEqualTo(1);
        assertThat(realm.policies.get(doors).users()).isEqualTo(1);
        assertThat(realm.isIdle(ada, new Command.Remove(null, null))).isTrue();
        assertThat(members(staff)).isEqualTo(1);
        realm.done(ada, new Command.Reinstate(null, null));
        assertThat(members(staff)).isEqualTo(2);
        realm.done(ada, new Command.Remove(null, null), new Command.Restore(null, null));
        assertThat(members(staff)).isEqualTo(2);
    }

    @Test
    void expellingDeletesPoliciesWithoutOtherUsers() {
        UUID staff = group("Staff");
        UUID mine = policy("Mine");
        UUID ours = policy("Ours");
        UUID staffs = policy("Staff's");
        join(staff, ada, bea);
        assign(mine, ada);
        assign(ours, ada, bea);
        assign(staffs, ada);
        done(new Command.AssignGroup(staffs, staff));
        Change change = realm.done(ada, new Command.Expel("gone", null));
        assertThat(change.events())
                .extracting(Event::action)
                .containsExactly(Event.Action.USER_EXPELLED, Event.Action.POLICY_DELETED);
        assertThat(change.events().getLast().subject().id()).isEqualTo(mine);
        assertThat(realm.policies).containsOnlyKeys(ours, staffs);
        assertThat(realm.policies.get(ours).users()).isEqualTo(1);
        assertThat(realm.policies.get(staffs).users()).isZero();
        assertThat(members(staff)).isEqualTo(1);
        realm.done(ada, new Command.Restore(null, null));
        assertThat(members(staff)).isEqualTo(1);
        assertThat(realm.affiliationsOf(ada)).isEqualTo(Affiliations.NONE);
    }

    @Test
    void removedUsersKeepTheirAssignments() {
        UUID shared = policy("Shared");
        assign(shared, ada, bea);
        realm.done(bea, new Command.Remove(null, null));
        realm.done(ada, new Command.Expel(null, null));
        assertThat(realm.policies).containsOnlyKeys(shared);
        realm.done(bea, new Command.Restore(null, null));
        assertThat(realm.affiliationsOf(bea).policies()).containsExactly(shared);
    }

    @Test
    void removedUsersCanBeExpelled() {
        UUID staff = group("Staff");
        UUID mine = policy("Mine");
        join(staff, ada, bea);
        assign(mine, ada);
        realm.done(ada, new Command.Remove("left", null));
        Hold removed = realm.get(ada).holds().get(HoldKind.REMOVED, Hold.MAIN);
        long version = realm.get(ada).version();
        realm.done(ada, new Command.Expel("now for good", null));
        assertThat(members(staff)).isEqualTo(1);
        assertThat(realm.policies).isEmpty();
        assertThat(realm.get(ada).holds().get(HoldKind.REMOVED, Hold.MAIN)).isEqualTo(removed);
        assertThat(realm.get(ada).version()).isEqualTo(version + 1);
        assertThat(realm.isIdle(ada, new Command.Expel("again", null))).isTrue();
    }

    @Test
    void barringExpels() {
        UUID staff = group("Staff");
        UUID mine = policy("Mine");
        join(staff, ada);
        assign(mine, ada);
        Change change = realm.done(ada, new Command.Bar(null, null));
        assertThat(members(staff)).isZero();
        assertThat(realm.policies).isEmpty();
        assertThat(change.events().getFirst().changes().byField()).containsKeys("groups", "policies");
        TestRealm.ok(realm.ask(Actor.ROOT, UserRef.id(ada), new Command.AnnulBar("in error")));
        realm.done(ada, new Command.Restore(null, null));
        assertThat(members(staff)).isZero();
    }

    @Test
    void erasureEndsMembershipsWithoutATrace() {
        UUID staff = group("Staff");
        UUID mine = policy("Mine");
        join(staff, ada);
        assign(mine, ada);
        Change change = realm.done(ada, new Command.Erase(null, null));
        assertThat(change.events()).hasSize(1);
        assertThat(change.events().getFirst().changes().isEmpty()).isTrue();
        assertThat(members(staff)).isZero();
        // Policies are deleted only when a user is expelled.
        assertThat(realm.policies.get(mine).users()).isZero();
        assertThat(realm.affiliationsOf(ada)).isEqualTo(Affiliations.NONE);
    }

    @Test
    void membershipsAreToldOfTheUserAndAssignmentsToGroupsOfThePolicy() {
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        join(staff, ada);
        assertThat(realm.last().subject()).isEqualTo(new Event.Subject(Event.Subject.Type.USER, ada));
        assertThat(realm.last().changes().byField().get("group").after().toString())
                .contains(staff.toString(), "Staff");
        done(new Command.AssignGroup(doors, staff));
        assertThat(realm.last().subject()).isEqualTo(new Event.Subject(Event.Subject.Type.POLICY, doors));
        assertThat(realm.get(ada).version()).isEqualTo(1);
    }
}
