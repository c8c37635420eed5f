package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.storage.ChoreStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests how groups and policies are read, listed, deleted and swept.
final class GroupsTest extends OnBothRunning {
    private UUID group(String name) {
        return done(new Command.CreateGroup(name, null)).group().id();
    }

    private UUID policy(String name) {
        return done(new Command.CreatePolicy(name, "of " + name, List.of("door", "gate")))
                .policy()
                .id();
    }

    private Change done(Command command) {
        return Running.ok(running.executeIn(TEST, command));
    }

    private void join(UUID group, UUID user) {
        done(new Command.AddMember(group, UserRef.id(user)));
    }

    private void assign(UUID policy, UUID user) {
        done(new Command.AssignUser(policy, UserRef.id(user)));
    }

    private Group seen(UUID group) {
        return Running.ok(running.core.groups().group(Running.ADMIN, TEST, group));
    }

    private Policy seenPolicy(UUID policy) {
        return Running.ok(running.core.groups().policy(Running.ADMIN, TEST, policy));
    }

    private Page<User> members(UUID group, int limit, Long after) {
        UserQuery query = Filters.query(limit, after, 0, filters -> filters.group = group);
        return Running.ok(running.core.directory().list(Running.ADMIN, TEST, query))
                .value();
    }

    private Access access(UUID user) {
        return Running.ok(running.core.groups().access(Running.ADMIN, TEST, UserRef.id(user)))
                .value();
    }

    @Test
    void groupsAreListedByNameWhateverTheirLetters() {
        for (String name : List.of("delta", "Alpha", "CHARLIE", "bravo", "Echo")) {
            group(name);
            policy(name);
        }
        PageByName<Group> first = Running.ok(running.core.groups().groups(Running.ADMIN, TEST, 2, null, 0));
        assertThat(first.items()).extracting(Group::name).containsExactly("Alpha", "bravo");
        assertThat(first.total()).isEqualTo(5);
        PageByName<Group> second = Running.ok(running.core.groups().groups(Running.ADMIN, TEST, 2, first.next(), 0));
        assertThat(second.items()).extracting(Group::name).containsExactly("CHARLIE", "delta");
        PageByName<Group> last = Running.ok(running.core.groups().groups(Running.ADMIN, TEST, 2, second.next(), 0));
        assertThat(last.items()).extracting(Group::name).containsExactly("Echo");
        assertThat(last.next()).isNull();
        PageByName<Policy> policies = Running.ok(running.core.groups().policies(Running.ADMIN, TEST, 2, null, 3));
        assertThat(policies.items()).extracting(Policy::name).containsExactly("delta", "Echo");
        assertThat(policies.total()).isEqualTo(5);
        assertThat(policies.next()).isNull();
        assertThat(Running.ok(running.core.groups().groups(Running.ADMIN, PRODUCTION, 9, null, 0))
                        .items())
                .isEmpty();
        Actor mayNot = new Actor(Running.ADMIN.ref(), "x", Set.of(Scope.JOBS_READ), Rank.REGULAR, 0);
        assertThat(Running.no(running.core.groups().groups(mayNot, TEST, 9, null, 0)))
                .isEqualTo(new Refusal.Forbidden("users:read"));
    }

    @Test
    void aNameIsOneGroupsEvenWhenManyAskAtOnce() throws Exception {
        List<java.util.concurrent.Callable<Result<Change>>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String name = i % 2 == 0 ? "Staff" : "STAFF";
            all.add(() -> running.executeIn(TEST, new Command.CreateGroup(name, null)));
        }
        long made = 0;
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(all)) {
                made += result.get() instanceof Result.Ok<Change> ? 1 : 0;
            }
        }
        assertThat(made).isEqualTo(1);
    }

    @Test
    void membersAreListedAndCountedButForTheRemoved() {
        UUID staff = group("Staff");
        List<UUID> users = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            users.add(running.register("user" + i + "@example.com"));
            join(staff, users.get(i));
        }
        Running.ok(running.execute(users.get(1), new Command.Remove(null, null)));
        Running.ok(running.execute(users.get(3), new Command.Expel(null, null)));
        assertThat(seen(staff).members()).isEqualTo(3);
        Page<User> first = members(staff, 2, null);
        assertThat(first.total()).isEqualTo(3);
        assertThat(first.items()).extracting(User::number).containsExactly(1L, 3L);
        Page<User> rest = members(staff, 2, first.next());
        assertThat(rest.items()).extracting(User::number).containsExactly(5L);
        assertThat(rest.next()).isNull();
        assertThat(access(users.get(1)).groups()).isEmpty();
        Running.ok(running.execute(users.get(1), new Command.Restore(null, null)));
        Running.ok(running.execute(users.get(3), new Command.Restore(null, null)));
        assertThat(members(staff, 9, null).items()).extracting(User::number).containsExactly(1L, 2L, 3L, 5L);
        assertThat(seen(staff).members()).isEqualTo(4);
        assertThat(access(users.get(1)).groups()).containsExactly(seen(staff));
        assertThat(access(users.get(3)).groups()).isEmpty();
    }

    @Test
    void accessIsWhatIsAssignedToAUserAndThroughTheirGroups() {
        UUID ana = running.register("ana@example.com");
        UUID staff = group("Staff");
        UUID guards = group("Guards");
        UUID mine = policy("Mine");
        UUID both = policy("Both");
        join(staff, ana);
        join(guards, ana);
        assign(mine, ana);
        assign(both, ana);
        done(new Command.AssignGroup(both, staff));
        done(new Command.AssignGroup(both, guards));
        assertThat(access(ana).groups()).containsExactly(seen(guards), seen(staff));
        assertThat(access(ana).policies()).containsExactly(seenPolicy(both), seenPolicy(mine));
        assertThat(access(ana).throughGroups()).containsExactly(seenPolicy(both));
        assertThat(seenPolicy(both).users()).isEqualTo(1);
        assertThat(seenPolicy(both).groups()).isEqualTo(2);
        assertThat(Running.ok(running.core.groups().groupsOf(Running.ADMIN, TEST, both)))
                .containsExactly(seen(guards), seen(staff));
        assertThat(Running.ok(running.core.groups().groupNames(Running.ADMIN, TEST, List.of(ana))))
                .containsEntry(ana, List.of("Guards", "Staff"));
        Running.ok(running.execute(ana, new Command.Remove(null, null)));
        assertThat(access(ana).policies()).isEmpty();
        assertThat(access(ana).throughGroups()).isEmpty();
        assertThat(seenPolicy(mine).users()).isEqualTo(1);
        Running.ok(running.execute(ana, new Command.Expel(null, null)));
        assertThat(Running.no(running.core.groups().policy(Running.ADMIN, TEST, mine)))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(seenPolicy(both).users()).isZero();
    }

    @Test
    void aUsersHistoryTellsWhereTheyBelonged() throws InterruptedException {
        UUID ana = running.register("ana@example.com");
        UUID staff = group("Staff");
        join(staff, ana);
        Instant member = running.clock.instant();
        // If an object has several states within a millisecond, only the last one is reported, so the test waits for
        // the next.
        Thread.sleep(2);
        done(new Command.UpdateGroup(staff, new Edit<>("Crew"), null));
        Running.ok(running.execute(ana, new Command.Expel("left", null)));
        List<JournalEntry> history = Running.ok(
                        running.core.directory().history(Running.ADMIN, TEST, UserRef.id(ana), 10, null))
                .items();
        assertThat(history)
                .extracting(JournalEntry::action)
                .containsExactly("user.expelled", "group.member.added", "user.registered");
        assertThat(history.get(1).changes().byField().get("group").after().toString())
                .contains("Staff", staff.toString());
        assertThat(history.get(0).changes().byField().get("groups").before().toString())
                .contains("Crew", staff.toString());
        assertThat(running.find(ana, member.truncatedTo(ChronoUnit.MILLIS)).version())
                .isEqualTo(1);
    }

    // Lists with several filters

    /// With every pair and triple of filters, the list contains the same users as the test's own filtering. Some of
    /// the holds have expired, but the journal does not show this yet.
    @Test
    void filtersCombine() {
        running.core.internals().schedule().close();
        Random random = new Random(3);
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        Instant end = running.clock.instant().plusSeconds(3000);
        Map<UUID, Set<UUID>> belongs = new HashMap<>();
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Command.Register register = new Command.Register(
                    new Validator().email((i % 3 == 0 ? "anna" : "bert") + i + "@example.com"),
                    null,
                    null,
                    "Somebody",
                    null,
                    null,
                    i % 10 == 9 ? Tag.GUEST : Tag.USER,
                    null);
            UUID id = Running.ok(running.execute(null, register)).user().id();
            ids.add(id);
            for (UUID place : List.of(staff, doors)) {
                if (i % 10 != 9 && random.nextInt(3) > 0) {
                    belongs.computeIfAbsent(id, _ -> new HashSet<>()).add(place);
                    if (place.equals(staff)) {
                        join(staff, id);
                    } else {
                        assign(doors, id);
                    }
                }
            }
            for (HoldKind kind : List.of(HoldKind.BLOCKED, HoldKind.SUSPENDED, HoldKind.FRAUD)) {
                if (random.nextInt(4) == 0) {
                    Instant until = random.nextBoolean() ? end : null;
                    Running.ok(running.execute(id, new Command.PlaceHold(kind, Hold.MAIN, null, null, until)));
                }
            }
            if (i % 10 != 9 && random.nextInt(5) == 0) {
                Running.ok(running.execute(id, new Command.ChangeRank(Rank.ADMIN)));
            }
            if (random.nextInt(8) == 0) {
                Running.ok(running.execute(id, new Command.Remove(null, null)));
            }
        }
        assertFiltered(ids, belongs, staff, doors);
        running.advance(Duration.ofSeconds(4000));
        assertFiltered(ids, belongs, staff, doors);
    }

    private void assertFiltered(List<UUID> ids, Map<UUID, Set<UUID>> belongs, UUID staff, UUID doors) {
        List<User> everybody = ids.stream().map(running::find).toList();
        Status[] statuses = {null, Status.ACTIVE, Status.SUSPENDED, Status.FRAUD, Status.REMOVED};
        HoldKind[] holds = {null, HoldKind.SUSPENDED, HoldKind.FRAUD};
        UUID[] groups = {null, staff, new UUID(1, 1)};
        UUID[] policies = {null, doors};
        String[] texts = {null, "ANNA", "be"};
        Rank[] ranks = {null, Rank.ADMIN};
        for (Status status : statuses) {
            for (HoldKind hold : holds) {
                for (UUID group : groups) {
                    for (UUID policy : policies) {
                        for (String text : texts) {
                            for (Rank rank : ranks) {
                                UserQuery query = Filters.query(7, null, 0, filters -> {
                                    filters.status = status;
                                    filters.hold = hold;
                                    filters.rank = rank;
                                    filters.group = group;
                                    filters.policy = policy;
                                    filters.text = text;
                                });
                                List<UUID> wanted = everybody.stream()
                                        .filter(user -> matches(query, user, belongs.getOrDefault(user.id(), Set.of())))
                                        .map(User::id)
                                        .toList();
                                assertThat(walked(query, wanted.size()))
                                        .as("%s", query)
                                        .isEqualTo(wanted);
                            }
                        }
                    }
                }
            }
        }
    }

    private boolean matches(UserQuery query, User user, Set<UUID> belongs) {
        boolean counts = !user.isRemoved();
        String email = user.email().folded();
        return (query.status() == null || user.holds().status(running.clock.instant()) == query.status())
                && (query.hold() == null || user.holds().has(query.hold()))
                && (query.rank() == null || user.rank() == query.rank())
                && (query.group() == null || (counts && belongs.contains(query.group())))
                && (query.policy() == null || (counts && belongs.contains(query.policy())))
                && (query.text() == null
                        || (query.text().length() < 3
                                ? email.startsWith(query.text()) || "somebody".startsWith(query.text())
                                : email.contains(Identifier.fold(Identifier.Kind.EMAIL, query.text()))));
    }

    /// Returns all results, page by page, and also checks a page that is read by its offset.
    private List<UUID> walked(UserQuery query, int total) {
        List<UUID> all = new ArrayList<>();
        Long after = null;
        do {
            UserQuery next = Filters.query(query.limit(), after, 0, filters -> {
                filters.status = query.status();
                filters.hold = query.hold();
                filters.tag = query.tag();
                filters.rank = query.rank();
                filters.group = query.group();
                filters.policy = query.policy();
                filters.text = query.text();
            });
            Page<User> page = Running.ok(running.core.directory().list(Running.ADMIN, TEST, next))
                    .value();
            assertThat(page.total()).as("%s", query).isEqualTo(total);
            page.items().forEach(user -> all.add(user.id()));
            after = page.next();
        } while (after != null);
        UserQuery offset = Filters.query(5, null, 3, filters -> {
            filters.status = query.status();
            filters.hold = query.hold();
            filters.tag = query.tag();
            filters.rank = query.rank();
            filters.group = query.group();
            filters.policy = query.policy();
            filters.text = query.text();
        });
        assertThat(Running.ok(running.core.directory().list(Running.ADMIN, TEST, offset))
                        .value()
                        .items())
                .as("%s", offset)
                .extracting(User::id)
                .containsExactlyElementsOf(all.subList(Math.min(3, all.size()), Math.min(8, all.size())));
        return all;
    }

    // Deleted groups and policies

    @Test
    void deletedGroupsDisappearImmediatelyAndAreCleanedUpLater() {
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        UUID gates = policy("Gates");
        List<UUID> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            users.add(running.register("user" + i + "@example.com"));
            join(staff, users.get(i));
            assign(doors, users.get(i));
        }
        done(new Command.AssignGroup(doors, staff));
        done(new Command.AssignGroup(gates, staff));
        Running.ok(running.execute(users.get(2), new Command.Remove(null, null)));
        assertThat(Running.no(running.executeIn(TEST, new Command.DeleteGroup(staff))))
                .isInstanceOf(Refusal.InUse.class);
        done(new Command.DeletePolicy(doors));
        done(new Command.UnassignGroup(gates, staff));
        done(new Command.DeleteGroup(staff));
        nobodySees(staff, doors, users);
        // The name is free again, and the new group has no members.
        UUID again = group("STAFF");
        assertThat(members(again, 9, null).total()).isZero();
        join(again, users.getFirst());
        try (ChoreStore choreStore = running.database().choreStore()) {
            // The sweep works in slices. The first ones delete three memberships, the deleted policy's assignment and
            // the group itself, then three assignments and the policy itself.
            assertThat(choreStore.sweepGroups(2)).isEqualTo(2);
            nobodySees(staff, doors, users);
            assertThat(choreStore.sweepGroups(2)).isEqualTo(2);
            assertThat(choreStore.sweepGroups(2)).isEqualTo(1);
            assertThat(choreStore.sweepGroups(2)).isZero();
            assertThat(choreStore.sweepPolicies(100)).isEqualTo(4);
            assertThat(choreStore.sweepPolicies(100)).isZero();
        }
        running.core.internals().cleanup().everything();
        nobodySees(staff, doors, users);
        assertThat(members(again, 9, null).total()).isEqualTo(1);
        Running.ok(running.execute(users.get(2), new Command.Restore(null, null)));
        Running.ok(running.execute(users.get(0), new Command.Expel(null, null)));
        assertThat(seen(again).members()).isZero();
    }

    private void nobodySees(UUID group, UUID policy, List<UUID> users) {
        assertThat(Running.no(running.core.groups().group(Running.ADMIN, TEST, group)))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(Running.no(running.core.groups().groupsOf(Running.ADMIN, TEST, policy)))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(members(group, 9, null).total()).isZero();
        assertThat(members(group, 9, null).items()).isEmpty();
        for (UUID user : users) {
            assertThat(access(user).groups()).extracting(Group::id).doesNotContain(group);
            assertThat(access(user).policies()).isEmpty();
            assertThat(access(user).throughGroups()).isEmpty();
        }
    }

    /// After a group is deleted and before it is swept, users can join and leave groups as if it had been swept.
    @Test
    void peopleComeAndGoBesideTombstones() {
        UUID staff = group("Staff");
        UUID doors = policy("Doors");
        UUID ana = running.register("ana@example.com");
        UUID bea = running.register("bea@example.com");
        for (UUID user : List.of(ana, bea)) {
            join(staff, user);
            assign(doors, user);
        }
        Running.ok(running.execute(bea, new Command.Remove(null, null)));
        done(new Command.DeleteGroup(staff));
        done(new Command.DeletePolicy(doors));
        Running.ok(running.execute(ana, new Command.Remove(null, null)));
        Running.ok(running.execute(ana, new Command.Restore(null, null)));
        Running.ok(running.execute(bea, new Command.Restore(null, null)));
        Change expelled = Running.ok(running.execute(ana, new Command.Expel(null, null)));
        assertThat(expelled.events()).hasSize(1);
        assertThat(expelled.events().getFirst().changes().byField()).doesNotContainKeys("groups", "policies");
        Running.ok(running.execute(bea, new Command.Erase(null, null)));
        running.core.internals().cleanup().everything();
        assertThat(running.verify().valid()).isTrue();
    }

    // Idempotent retries

    private Result<Change> again(String key, Command command) {
        WriteRequest plain = Running.requestIn(TEST, command, null, null, false);
        WriteRequest.Retry retry = WriteRequest.Retry.of(key, "test", plain.write());
        return running.core.directory().execute(Running.requestIn(TEST, command, retry, null, false));
    }

    @Test
    void retriesGetTheFirstResponseWhateverHappenedSince() throws Exception {
        UUID ana = running.register("ana@example.com");
        List<Change> first = new ArrayList<>();
        List<Command> commands = new ArrayList<>();
        commands.add(new Command.CreateGroup("Staff", "who works here"));
        commands.add(new Command.CreatePolicy("Doors", null, List.of("door")));
        first.add(Running.ok(again("k0", commands.get(0))));
        first.add(Running.ok(again("k1", commands.get(1))));
        UUID staff = first.get(0).group().id();
        UUID doors = first.get(1).policy().id();
        commands.add(new Command.AddMember(staff, UserRef.id(ana)));
        commands.add(new Command.AssignGroup(doors, staff));
        commands.add(new Command.UpdateGroup(staff, new Edit<>("Crew"), new Edit<>(null)));
        commands.add(new Command.UpdatePolicy(doors, null, new Edit<>("for entering"), new Edit<>(List.of())));
        commands.add(new Command.UnassignGroup(doors, staff));
        commands.add(new Command.RemoveMember(staff, UserRef.id(ana)));
        commands.add(new Command.DeletePolicy(doors));
        commands.add(new Command.DeleteGroup(staff));
        for (int i = 2; i < commands.size(); i++) {
            Thread.sleep(2);
            first.add(Running.ok(again("k" + i, commands.get(i))));
        }
        running.core.internals().cleanup().everything();
        for (int i = 0; i < commands.size(); i++) {
            Change repeated = Running.ok(again("k" + i, commands.get(i)));
            assertThat(repeated.replayed()).isTrue();
            assertThat(repeated.at()).isEqualTo(first.get(i).at());
            // The number of members may have changed, so it is not compared.
            assertThat(uncounted(repeated)).as("%s", commands.get(i)).isEqualTo(uncounted(first.get(i)));
        }
    }

    private static Object uncounted(Change change) {
        return switch (change.about()) {
            case Change.OfGroup(var group) ->
                new Group(group.id(), group.name(), group.description(), 0, group.createdAt(), group.updatedAt());
            case Change.OfPolicy(var policy) ->
                new Policy(
                        policy.id(),
                        policy.name(),
                        policy.description(),
                        policy.resources(),
                        0,
                        0,
                        policy.createdAt(),
                        policy.updatedAt());
            default -> throw new AssertionError(change.about());
        };
    }
}
