package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.ChoreLeases;
import dev.muster.directory.chores.SearchIndexer;
import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.group.Group;
import dev.muster.model.user.Card;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Standing;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.sql.DatabaseKind;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Tests the guarantees of [Directory].
final class CoreTest extends OnBothRunning {
    private static Command suspend(String reason, Instant until) {
        return new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, reason, null, until);
    }

    @Test
    void aWriteIsSeenByTheNextRead() {
        UUID ana = running.register("ana@example.com");
        Running.ok(running.execute(ana, suspend("late", null)));
        Standing standing =
                Running.ok(running.core.directory().standing(Running.ADMIN, Running.REALM, UserRef.id(ana)));
        assertThat(standing.decision()).isEqualTo(Decision.DENY);
        assertThat(standing.version()).isEqualTo(2);
    }

    @Test
    void manyAtOnceGetDenseNumbersAndOneChain() throws Exception {
        List<Callable<Long>> registrations = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String email = "user" + i + "@example.com";
            registrations.add(() -> Running.ok(running.execute(null, Running.registration(email)))
                    .user()
                    .number());
        }
        List<Long> numbers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Long> number : threads.invokeAll(registrations)) {
                numbers.add(number.get());
            }
        }
        assertThat(numbers).doesNotHaveDuplicates().hasSize(300);
        assertThat(numbers.stream().mapToLong(n -> n).max()).hasValue(300);
        assertThat(running.verify()).matches(ChainVerification::valid);
        Page<User> page = Running.ok(
                        running.core.directory().list(Running.ADMIN, Running.REALM, UserQuery.all(50, 280)))
                .value();
        assertThat(page.total()).isEqualTo(300);
        assertThat(page.items()).extracting(User::number).containsExactlyElementsOf(numbersFrom(281, 300));
        assertThat(page.next()).isNull();
    }

    private static List<Long> numbersFrom(long first, long last) {
        List<Long> numbers = new ArrayList<>();
        for (long number = first; number <= last; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    @Test
    void oneAddressIsRegisteredOnceHoweverManyTry() throws Exception {
        List<Callable<Result<Change>>> registrations = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            registrations.add(() -> running.execute(null, Running.registration("Same@Example.com")));
        }
        int made = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Result<Change>> result : threads.invokeAll(registrations)) {
                if (result.get() instanceof Result.Ok<Change>) {
                    made++;
                } else {
                    assertThat(result.get())
                            .isInstanceOfSatisfying(
                                    Result.Refused.class,
                                    refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.Taken.class));
                }
            }
        }
        assertThat(made).isEqualTo(1);
    }

    @Test
    void aUserIsShownAsTheyWereAtAnyMoment() throws Exception {
        UUID ana = running.register("ana@example.com");
        List<Instant> moments = new ArrayList<>();
        List<User> states = new ArrayList<>();
        List<Command> steps = List.of(
                new Command.ConfirmEmail(),
                suspend("late", Instant.now().plusSeconds(3600)),
                new Command.ReplaceCards(List.of(new Card("0042", "door")), false),
                Command.Update.of(edits -> {
                    edits.email = new Edit<>(new Validator().email("ana@example.org"));
                    edits.externalId = new Edit<>(new Validator().identifier(Identifier.Kind.EXTERNAL_ID, "ext-1"));
                    edits.name = new Edit<>("Ana");
                    edits.metadata = new Edit<>("{\"team\":[1,true,null]}");
                }),
                new Command.Remove("left", null),
                new Command.Reinstate(null, null),
                new Command.ChangeRank(Rank.ADMIN));
        for (Command step : steps) {
            states.add(running.find(ana));
            moments.add(states.getLast().updatedAt());
            Thread.sleep(3);
            Running.ok(running.execute(ana, step));
        }
        for (int i = 0; i < steps.size(); i++) {
            assertThat(running.find(ana, moments.get(i)))
                    .as("before step %d", i)
                    .isEqualTo(states.get(i));
        }
        assertThat(running.core
                        .directory()
                        .find(
                                Running.ADMIN,
                                Running.REALM,
                                UserRef.id(ana),
                                moments.getFirst().minusSeconds(1)))
                .isEqualTo(Result.refused(new Refusal.NotFound("user", ana.toString())));
        assertThat(running.core
                        .directory()
                        .find(
                                Running.ADMIN,
                                Running.REALM,
                                UserRef.id(ana),
                                Instant.now().plusSeconds(60)))
                .isInstanceOf(Result.Refused.class);
    }

    @Test
    void aRepeatedRequestIsDoneOnceAndAnsweredAsTheFirstTime() {
        Change first = Running.ok(running.executeAgain("k1", null, Running.registration("ana@example.com")));
        UUID ana = first.user().id();
        Running.ok(running.execute(ana, suspend("late", null)));
        Change again = Running.ok(running.executeAgain("k1", null, Running.registration("ana@example.com")));
        assertThat(again.replayed()).isTrue();
        assertThat(again.user()).isEqualTo(first.user());
        assertThat(again.at()).isEqualTo(first.at());
        assertThat(running.executeAgain("k1", null, Running.registration("bea@example.com")))
                .isEqualTo(Result.refused(new Refusal.IdempotencyMismatch()));
        assertThat(running.find(ana).version()).isEqualTo(2);
        Running.ok(running.execute(ana, new Command.Erase(null, null)));
        assertThat(running.executeAgain("k1", null, Running.registration("ana@example.com")))
                .isEqualTo(Result.refused(new Refusal.Erased()));
    }

    /// A repeated erasure gets the complete response of the first one, which contained no personal data.
    @Test
    void aRepeatedErasureIsAnsweredAsTheFirstTime() {
        UUID ana = running.register("ana@example.com");
        Change first = Running.ok(running.executeAgain("k1", ana, new Command.Erase("asked for", null)));
        Change again = Running.ok(running.executeAgain("k1", ana, new Command.Erase("asked for", null)));
        assertThat(again.replayed()).isTrue();
        assertThat(again.user()).isEqualTo(first.user());
        assertThat(again.at()).isEqualTo(first.at());
    }

    @Test
    void aRegistrationAndWhatFollowsItAreOneWrite() {
        UUID group = Running.ok(running.execute(null, new Command.CreateGroup("Engineers", null)))
                .group()
                .id();
        Command[] commands = {
            Running.registration("ana@example.com"),
            new Command.ReplaceCards(List.of(new Card("4711", "door")), false),
            new Command.AddMember(group, UserRef.identifier(Identifier.Kind.EMAIL, "ANA@example.com")),
            new Command.RequestInvitation()
        };
        Change change = Running.ok(running.executeAgain("k1", null, commands));
        UUID ana = change.user().id();
        assertThat(running.find(ana)).isEqualTo(change.user());
        assertThat(running.find(ana).version()).isEqualTo(1);
        assertThat(running.find(ana).cards()).containsExactly(new Card("4711", "door"));
        assertThat(Running.ok(running.core.groups().access(Running.ADMIN, Running.REALM, UserRef.id(ana)))
                        .value()
                        .groups())
                .extracting(Group::id)
                .containsExactly(group);
        assertThat(Running.ok(running.core.directory().history(Running.ADMIN, Running.REALM, UserRef.id(ana), 10, null))
                        .items())
                .extracting(JournalEntry::action)
                .containsExactly(
                        "user.invitation.requested", "group.member.added", "user.cards.replaced", "user.registered");
        Change again = Running.ok(running.executeAgain("k1", null, commands));
        assertThat(again.replayed()).isTrue();
        assertThat(again.user()).isEqualTo(change.user());

        // If a command for a new user is refused, the user is not registered.
        assertThat(running.execute(
                        null,
                        Running.registration("bea@example.com"),
                        new Command.ReplaceCards(List.of(new Card("4711", null)), false)))
                .isInstanceOf(Result.Refused.class);
        assertThat(running.core
                        .directory()
                        .find(
                                Running.ADMIN,
                                Running.REALM,
                                UserRef.identifier(Identifier.Kind.EMAIL, "bea@example.com")))
                .isInstanceOf(Result.Refused.class);
        assertThat(running.verify()).matches(ChainVerification::valid);
    }

    @Test
    void anInvitationLeavesTheUserAsTheyAre() {
        UUID ana = running.register("ana@example.com");
        User before = running.find(ana);
        assertThat(Running.ok(running.execute(ana, new Command.RequestInvitation()))
                        .user())
                .isEqualTo(before);
        assertThat(running.find(ana)).isEqualTo(before);
        assertThat(running.verify()).matches(ChainVerification::valid);
    }

    @Test
    void aRefusedRequestIsJudgedAgainUnderItsKey() {
        UUID ana = running.register("ana@example.com");
        assertThat(running.executeAgain("k1", null, Running.registration("ana@example.com")))
                .isInstanceOf(Result.Refused.class);
        Running.ok(running.execute(
                ana, Command.Update.of(edits -> edits.email = new Edit<>(new Validator().email("x@example.com")))));
        assertThat(Running.ok(running.executeAgain("k1", null, Running.registration("ana@example.com")))
                        .replayed())
                .isFalse();
    }

    @Test
    void aRehearsalKeepsNothing() {
        UUID ana = running.register("ana@example.com");
        Journal.Head before = Running.ok(running.core.journal().head(Running.ADMIN, Running.REALM));
        WriteRequest request = Running.request(ana, suspend("late", null));
        Change rehearsed = Running.ok(running.core
                .directory()
                .execute(new WriteRequest(Running.REALM, request.write(), request.origin(), null, true, 0)));
        assertThat(rehearsed.user().holds().status(rehearsed.at())).isEqualTo(Status.SUSPENDED);
        assertThat(running.find(ana).holds().isEmpty()).isTrue();
        assertThat(Running.ok(running.core.journal().head(Running.ADMIN, Running.REALM)))
                .isEqualTo(before);
    }

    @Test
    void anEditOfAnOldVersionIsRefused() {
        UUID ana = running.register("ana@example.com");
        Running.ok(running.execute(ana, suspend("late", null)));
        Write write = new Write(Running.ADMIN, UserRef.id(ana), List.of(new Command.ConfirmEmail()), Set.of(1L));
        assertThat(running.core
                        .directory()
                        .execute(new WriteRequest(Running.REALM, write, Running.origin(), null, false, 0)))
                .isEqualTo(Result.refused(new Refusal.Stale(2)));
    }

    @Test
    void historyTellsWhatWasDoneByWhomAndForWhom() {
        UUID ana = running.register("ana@example.com");
        Running.ok(running.execute(ana, suspend("late", null)));
        Page<JournalEntry> history =
                Running.ok(running.core.directory().history(Running.ADMIN, Running.REALM, UserRef.id(ana), 10, null));
        assertThat(history.items())
                .extracting(JournalEntry::action)
                .containsExactly("user.hold.placed", "user.registered");
        JournalEntry placed = history.items().getFirst();
        assertThat(placed.reason()).isEqualTo("late");
        assertThat(placed.onBehalfOf()).isEqualTo("caller@example.com");
        assertThat(placed.actor()).isEqualTo(Running.ADMIN.ref());
        assertThat(placed.actorName()).isEqualTo("admin");
        assertThat(placed.changes().byField()).containsKey("holds.suspended.main");
        Page<JournalEntry> older = Running.ok(
                running.core.directory().history(Running.ADMIN, Running.REALM, UserRef.id(ana), 1, placed.seq()));
        assertThat(older.items()).extracting(JournalEntry::action).containsExactly("user.registered");
    }

    @Test
    void anErasedUserCanNoLongerBeRead() {
        UUID ana = running.register("ana@example.com");
        Running.ok(running.execute(ana, suspend("late", null)));
        Instant before = running.find(ana).updatedAt();
        Running.ok(running.execute(ana, new Command.Erase("request", null)));
        assertThat(running.find(ana).email()).isNull();
        assertThat(running.core.directory().find(Running.ADMIN, Running.REALM, UserRef.id(ana), before))
                .isEqualTo(Result.refused(new Refusal.Erased()));
        Page<JournalEntry> history =
                Running.ok(running.core.directory().history(Running.ADMIN, Running.REALM, UserRef.id(ana), 10, null));
        assertThat(history.items()).hasSize(3).allSatisfy(entry -> {
            assertThat(entry.readable()).isFalse();
            assertThat(entry.changes().isEmpty()).isTrue();
            assertThat(entry.reason()).isNull();
        });
        assertThat(running.verify().valid()).isTrue();
    }

    @Test
    void aRevokedKeyWritesNothing() {
        UUID second = new UUID(8, 8);
        Running.ok(running.execute(null, Scenario.adminKey(second)));
        Running.ok(running.execute(null, new Command.RevokeKey(Running.KEY, false)));
        assertThat(running.execute(null, Running.registration("ana@example.com")))
                .isEqualTo(Result.refused(new Refusal.Unauthenticated()));
    }

    @Test
    void tokensOfAnOperatorEndWithTheirPassword() {
        Identifier maria = new Validator().identifier(Identifier.Kind.USERNAME, "Maria");
        Running.ok(running.execute(null, new OperatorCommand.CreateOperator(maria, Role.MANAGER, "hash-1")));
        var before = running.core.credentials().operator(Running.REALM, maria.key());
        Running.ok(running.execute(null, new OperatorCommand.ChangePassword(maria.key(), "hash-2")));
        Write asBefore = new Write(before.actor(), null, List.of(Running.registration("x@example.com")), null);
        assertThat(running.core
                        .directory()
                        .execute(new WriteRequest(Running.REALM, asBefore, Running.origin(), null, false, 0)))
                .isEqualTo(Result.refused(new Refusal.Unauthenticated()));
    }

    @Test
    void manyAreFoundAtOnce() {
        UUID ana = running.register("ana@example.com");
        UUID bea = running.register("bea@example.com");
        Running.ok(running.execute(ana, new Command.ReplaceCards(List.of(new Card("77", null)), false)));
        Directory directory = running.core.directory();
        UUID nobody = new UUID(1, 2);
        assertThat(Running.ok(directory.find(Running.ADMIN, Running.REALM, List.of(bea, nobody, ana, bea)))
                        .value())
                .isEqualTo(Map.of(ana, running.find(ana), bea, running.find(bea)));
        assertThat(Running.ok(directory.find(Running.ADMIN, Running.REALM, List.of()))
                        .value())
                .isEmpty();
        Actor blind = new Actor(Running.ADMIN.ref(), "blind", Set.of(), Running.ADMIN.rank(), 0);
        assertThat(directory.find(blind, Running.REALM, List.of(ana)))
                .isEqualTo(Result.refused(new Refusal.Forbidden("users:read")));
    }

    @Test
    void masterKeysRotateUnderRunningRealms() {
        UUID ana = running.register("ana@example.com");
        Running.ok(running.execute(ana, new Command.ReplaceCards(List.of(new Card("77", null)), false)));
        AdminTasks maintenance = running.core.maintenance();
        AdminTasks.Rotation rotation = Running.ok(
                kind() == DatabaseKind.SQLITE
                        ? maintenance.rotateMasterKey(dev.muster.model.credential.Actor.ROOT)
                        : maintenance.useMasterKey(
                                dev.muster.model.credential.Actor.ROOT,
                                MasterKeys.addToFile(folder.resolve("master.key"), new SecureRandom())));
        assertThat(rotation.realms()).isEqualTo(3);
        assertThat(running.core.maintenance().rotateMasterKey(Running.ADMIN)).isInstanceOf(Result.Refused.class);
        assertThat(running.find(ana).cards()).containsExactly(new Card("77", null));
    }

    @Test
    void aChainIsSignedAndVerifiesPastItsCheckpoints() throws Exception {
        running.register("ana@example.com");
        running.core.internals().signer().sign();
        running.register("bea@example.com");
        assertThat(running.verify().valid()).isTrue();
        assertThat(folder.resolve("checkpoints").resolve("realm-" + Running.REALM + ".txt"))
                .isNotEmptyFile();
    }

    // Searches

    private Page<User> found(UserQuery query) {
        return Running.ok(running.core.directory().list(Running.ADMIN, Running.REALM, query))
                .value();
    }

    private static UserQuery query(String text, Status status, int limit, Long after, long offset) {
        return Filters.query(limit, after, offset, filters -> {
            filters.status = status;
            filters.text = text;
        });
    }

    private List<Page<User>> foundInEveryWay() {
        List<Page<User>> all = new ArrayList<>();
        for (String text : List.of("USER", "er1", "user12@", "us", "u", "ser", "x", "some", "nobody", "example.com")) {
            for (Status status : new Status[] {null, Status.ACTIVE, Status.REMOVED}) {
                all.add(found(query(text, status, 4, null, 0)));
                all.add(found(query(text, status, 4, 7L, 0)));
                all.add(found(query(text, status, 100, null, 0)));
                all.add(found(query(text, status, 4, null, 9)));
                all.add(found(query(text, status, 4, null, 400)));
            }
        }
        return all;
    }

    /// Search results do not depend on the index: neither while it is being built, nor for users whom it does not
    /// contain yet, nor for erased users.
    @Test
    void aSearchIsAnsweredAlikeWithAnIndexAndWithout() {
        List<UUID> users = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            users.add(running.register("user" + i + "@example.com"));
        }
        List<Page<User>> scanned = foundInEveryWay();
        try (dev.muster.storage.ChoreStore choreStore = running.database().choreStore()) {
            SearchIndexer indexing = new SearchIndexer(choreStore.textIndex(10), ChoreLeases.ofOnlyServer());
            indexing.whole();
            assertThat(foundInEveryWay()).isEqualTo(scanned);
            assertThat(found(query("example", null, 4, null, 0)).total()).isEqualTo(30);
            assertThat(found(query("example", null, 4, null, 0)).next()).isEqualTo(4);
            assertThat(found(query("example", null, 4, 28L, 0)).next()).isNull();
            UUID late = running.register("user31@example.com");
            Running.ok(running.execute(users.get(3), new Command.Erase(null, null)));
            for (int round = 0; round < 2; round++) {
                assertThat(found(query("user", null, 100, null, 0)).items())
                        .extracting(User::id)
                        .contains(late)
                        .doesNotContain(users.get(3))
                        .hasSize(30);
                indexing.whole();
            }
        }
    }
}
