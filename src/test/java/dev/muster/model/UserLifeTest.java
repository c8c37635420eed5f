package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Card;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The life of a user from registration to erasure: identifiers, removal and bars.
class UserLifeTest {
    private final TestRealm realm = new TestRealm();
    private final UUID ada = realm.user(draft -> {
        draft.email = TestRealm.email("Ada@x.org");
        draft.externalId = TestRealm.externalId("ada-1");
        draft.username = TestRealm.username("ada");
        draft.name = "Ada Lovelace";
        draft.givenName = "Ada";
        draft.familyName = "Lovelace";
        draft.metadata = "{\"a\":1}";
        draft.cards = List.of(new Card("42", "door"));
        draft.workstations = List.of("ada-pc");
    });

    private static final Command REMOVE = new Command.Remove("left", "moved away");
    private static final Command BAR = new Command.Bar("abuse", null);
    private static final Command ERASE = new Command.Erase("asked", null);
    private static final Command RESTORE = new Command.Restore(null, null);
    private static final Command BLOCK = new Command.PlaceHold(HoldKind.BLOCKED, Hold.MAIN, "r", "n", null);

    private static Command.Update identifiers(
            @Nullable Edit<@Nullable Identifier> email, @Nullable Edit<@Nullable Identifier> externalId) {
        return Command.Update.of(edits -> {
            edits.email = email;
            edits.externalId = externalId;
        });
    }

    private static Command.Update rename(@Nullable String name) {
        return Command.Update.of(edits -> edits.name = new Edit<>(name));
    }

    private static Command changeEmail(String email) {
        return identifiers(new Edit<>(TestRealm.email(email)), null);
    }

    private Result<Change> register(Command.Register command) {
        return realm.ask(realm.admin, null, command);
    }

    private static Command.Register withExternalId(String externalId) {
        return new Command.Register(null, TestRealm.externalId(externalId), null, null, null, null, Tag.USER, null);
    }

    // Registration and identifiers

    @Test
    void aNewUserIsInGoodStandingAndHasTheNextNumber() {
        User bob = TestRealm.ok(register(TestRealm.registration("bob@x.org"))).user();
        assertThat(bob.number()).isEqualTo(2);
        assertThat(bob.version()).isEqualTo(1);
        assertThat(bob.rank()).isEqualTo(Rank.REGULAR);
        assertThat(bob.registeredAt()).isEqualTo(realm.now).isEqualTo(bob.updatedAt());
        assertThat(bob.activeAt()).isEqualTo(realm.now);
        assertThat(bob.standing(realm.now).decision()).isEqualTo(Decision.ALLOW);
        assertThat(realm.last().changes().byField())
                .containsEntry("email", new Changes.FieldChange(null, "bob@x.org"))
                .containsEntry("number", new Changes.FieldChange(null, 2L));
    }

    @Test
    void aUserHasAtLeastOneIdentifier() {
        assertThat(TestRealm.no(register(new Command.Register(null, null, null, "Nobody", null, null, Tag.USER, null))))
                .isInstanceOf(Refusal.Invalid.class);
        Command none = Command.Update.of(edits -> {
            edits.email = new Edit<>(null);
            edits.externalId = new Edit<>(null);
            edits.username = new Edit<>(null);
        });
        assertThat(realm.refused(ada, none)).isInstanceOf(Refusal.Invalid.class);
        realm.done(ada, identifiers(new Edit<>(null), new Edit<>(null)));
        assertThat(realm.get(ada).username()).isNotNull();
    }

    @Test
    void anIdentifierIsOneUsersWhateverItsCase() {
        assertThat(TestRealm.no(register(TestRealm.registration("aDA@X.org"))))
                .isEqualTo(new Refusal.Taken("email", ada, false));
        assertThat(register(withExternalId("Ada-1"))).as("compared exactly").isInstanceOf(Result.Ok.class);
    }

    @Test
    void anExternalIdIsNeverAnotherUsersId() {
        assertThat(TestRealm.no(register(withExternalId(ada.toString()))))
                .isEqualTo(new Refusal.Taken("externalId", ada, false));
        realm.done(ada, identifiers(null, new Edit<>(TestRealm.externalId(ada.toString()))));
    }

    @Test
    void anIdentifierThatWasGivenUpIsFree() {
        realm.done(ada, changeEmail("countess@x.org"));
        assertThat(register(TestRealm.registration("ada@x.org"))).isInstanceOf(Result.Ok.class);
    }

    @Test
    void aConfirmedAddressIsConfirmedUntilItIsAnother() {
        realm.done(ada, new Command.ConfirmEmail());
        Instant confirmed = realm.now;
        realm.now = realm.now.plusSeconds(1);
        assertThat(realm.isIdle(ada, new Command.ConfirmEmail())).isTrue();
        realm.done(ada, changeEmail("ADA@x.org"));
        assertThat(realm.get(ada).emailConfirmedAt())
                .as("the same in other letters")
                .isEqualTo(confirmed);
        realm.done(ada, changeEmail("countess@x.org"));
        assertThat(realm.get(ada).emailConfirmedAt()).isNull();
        realm.done(ada, new Command.ConfirmEmail(), identifiers(new Edit<>(null), null));
        assertThat(realm.get(ada).emailConfirmedAt()).isNull();
        assertThat(realm.refused(ada, new Command.ConfirmEmail())).isInstanceOf(Refusal.Invalid.class);
    }

    @Test
    void anUpdateChangesWhatItNames() {
        realm.done(ada, rename("Countess"));
        assertThat(realm.get(ada).name()).isEqualTo("Countess");
        assertThat(realm.get(ada).givenName()).isEqualTo("Ada");
        assertThat(realm.last().changes().byField().keySet()).containsExactly("name", "version");
        assertThat(realm.isIdle(ada, rename("Countess"))).isTrue();
        realm.done(ada, rename(null));
        assertThat(realm.get(ada).name()).isNull();
    }

    // Removal

    @Test
    void removingAgainChangesNothing() {
        realm.done(ada, REMOVE);
        Hold removed = realm.get(ada).holds().get(HoldKind.REMOVED, Hold.MAIN);
        realm.now = realm.now.plusSeconds(5);
        assertThat(realm.isIdle(ada, new Command.Remove("other", "words"))).isTrue();
        assertThat(realm.isIdle(ada, new Command.Expel(null, null))).isTrue();
        assertThat(realm.get(ada).holds().get(HoldKind.REMOVED, Hold.MAIN)).isEqualTo(removed);
        assertThat(Objects.requireNonNull(removed).reason()).isEqualTo("left");
    }

    @Test
    void expellingIsJournalledByItsName() {
        realm.done(ada, new Command.Expel(null, null));
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_EXPELLED);
        assertThat(realm.get(ada).isRemoved()).isTrue();
    }

    @Test
    void aRemovedUsersIdentifiersStayTheirs() {
        realm.done(ada, REMOVE);
        assertThat(TestRealm.no(register(TestRealm.registration("ada@x.org"))))
                .isEqualTo(new Refusal.Taken("email", ada, true));
        realm.done(ada, changeEmail("gone@x.org"));
        assertThat(register(TestRealm.registration("ada@x.org"))).isInstanceOf(Result.Ok.class);
    }

    static Stream<Named<Command>> commandsAllowedForRemovedUsers() {
        return named(
                BLOCK,
                new Command.EnsureHold(HoldKind.FRAUD),
                new Command.ReleaseHold(HoldKind.BLOCKED, Hold.MAIN, null, null),
                new Command.LiftHold(HoldKind.BLOCKED),
                changeEmail("gone@x.org"),
                rename("Countess"),
                Command.Update.of(edits -> {
                    edits.email = new Edit<>(TestRealm.email("gone@x.org"));
                    edits.metadata = new Edit<>("{}");
                }),
                RESTORE,
                new Command.Reinstate(null, null),
                REMOVE,
                new Command.Expel(null, null),
                BAR,
                ERASE);
    }

    static Stream<Named<Command>> commandsRefusedForRemovedUsers() {
        return named(
                Command.Update.of(edits -> {
                    edits.name = new Edit<>("Countess");
                    edits.deviceAddedAt = new Edit<>(TestRealm.START);
                }),
                new Command.RequestInvitation(),
                new Command.ToggleSuspension(),
                new Command.ChangeRank(Rank.ADMIN),
                new Command.Promote(),
                new Command.ConfirmEmail(),
                new Command.ReplaceCards(List.of(), false),
                new Command.ReplaceWorkstations(List.of()),
                new Command.AllowReenrolment(true));
    }

    private static Stream<Named<Command>> named(Command... commands) {
        return Stream.of(commands).map(command -> Named.of(command.toString(), command));
    }

    @ParameterizedTest
    @MethodSource("commandsAllowedForRemovedUsers")
    void someCommandsAreAllowedForRemovedUsers(Command command) {
        realm.done(ada, REMOVE);
        assertThat(realm.ask(realm.admin, UserRef.id(ada), command)).isInstanceOf(Result.Ok.class);
    }

    @ParameterizedTest
    @MethodSource("commandsRefusedForRemovedUsers")
    void someCommandsAreRefusedForRemovedUsers(Command command) {
        realm.done(ada, REMOVE);
        assertThat(realm.refused(ada, command)).isEqualTo(new Refusal.Removed());
    }

    @Test
    void restoringBringsThemBack() {
        realm.done(ada, REMOVE);
        realm.now = realm.now.plusSeconds(9);
        realm.done(ada, RESTORE);
        assertThat(realm.standing(ada).decision()).isEqualTo(Decision.ALLOW);
        assertThat(realm.get(ada).activeAt()).isEqualTo(realm.now);
    }

    // Bars

    @Test
    void aBarIncludesRemovalAndDropsTheEndsOfOtherHolds() {
        realm.done(ada, new Command.PlaceHold(HoldKind.SUSPENDED, "legal", "r", "n", realm.now.plusSeconds(60)), BAR);
        assertThat(realm.get(ada).holds().all())
                .extracting(Hold::kind)
                .containsExactly(HoldKind.BARRED, HoldKind.REMOVED, HoldKind.SUSPENDED);
        assertThat(realm.get(ada).holds().nextEnd()).isNull();
        assertThat(realm.standing(ada).status()).isEqualTo(Status.BARRED);
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_BARRED);
        assertThat(realm.bars)
                .containsOnlyKeys(
                        TestRealm.PRINTS.of(TestRealm.email("ada@x.org").key()),
                        TestRealm.PRINTS.of(TestRealm.externalId("ada-1").key()));
    }

    static Stream<Named<Command>> everything() {
        return Stream.concat(commandsAllowedForRemovedUsers(), commandsRefusedForRemovedUsers())
                .filter(command -> !command.getPayload().equals(BAR)
                        && !command.getPayload().equals(ERASE));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void aBarredUserCannotBeChanged(Command command) {
        realm.done(ada, BAR);
        assertThat(realm.refused(ada, command)).isEqualTo(new Refusal.Barred());
    }

    @ParameterizedTest
    @MethodSource("everything")
    void anErasedUserCannotBeChanged(Command command) {
        realm.done(ada, ERASE);
        assertThat(realm.refused(ada, command)).isEqualTo(new Refusal.Erased());
        assertThat(realm.refused(ada, BAR)).isEqualTo(new Refusal.Erased());
    }

    @Test
    void barringAgainAnswersAsTheFirstTime() {
        User first = realm.done(ada, BAR).user();
        realm.now = realm.now.plusSeconds(5);
        Change again = realm.done(ada, new Command.Bar("other", "words"));
        assertThat(again.user()).isEqualTo(first);
        assertThat(again.events()).isEmpty();
    }

    @Test
    void aBarredIdentifierCanNeverBeUsedAgain() {
        UUID bob = realm.user("bob@x.org");
        realm.done(ada, BAR);
        for (int erased = 0; erased < 2; erased++) {
            assertThat(TestRealm.no(register(TestRealm.registration("ADA@x.org"))))
                    .isEqualTo(new Refusal.Barred());
            assertThat(TestRealm.no(register(withExternalId("ada-1")))).isEqualTo(new Refusal.Barred());
            assertThat(realm.refused(bob, changeEmail("ada@x.org"))).isEqualTo(new Refusal.Barred());
            assertThat(TestRealm.no(
                            realm.ask(realm.admin, UserRef.identifier(Identifier.Kind.EMAIL, " Ada@x.org"), BLOCK)))
                    .isEqualTo(new Refusal.Barred());
            realm.done(ada, ERASE);
        }
        Command.Register sameUsername =
                new Command.Register(null, null, TestRealm.username("ada"), null, null, null, Tag.USER, null);
        assertThat(register(sameUsername)).as("user names are not barred").isInstanceOf(Result.Ok.class);
    }

    @Test
    void aBarGoesBeforeAnOwner() {
        realm.user("bob@x.org");
        realm.done(ada, BAR);
        Command.Register both = new Command.Register(
                TestRealm.email("bob@x.org"), TestRealm.externalId("ada-1"), null, null, null, null, Tag.USER, null);
        assertThat(TestRealm.no(register(both))).isEqualTo(new Refusal.Barred());
    }

    @Test
    void unknownUsersAreNotFound() {
        assertThat(TestRealm.no(realm.ask(realm.admin, UserRef.identifier(Identifier.Kind.EMAIL, "Eve@x.org"), BLOCK)))
                .isEqualTo(new Refusal.NotFound("user", "eve@x.org"));
        assertThat(TestRealm.no(realm.ask(realm.admin, UserRef.number(99), BLOCK)))
                .isEqualTo(new Refusal.NotFound("user", "99"));
    }

    @Test
    void onlyRootAnnulsABarAndTheUserIsThenRemoved() {
        realm.done(ada, BAR);
        Command annul = new Command.AnnulBar("mistaken identity");
        assertThat(realm.refused(ada, annul)).isEqualTo(new Refusal.Forbidden("root"));
        TestRealm.ok(realm.ask(Actor.ROOT, UserRef.id(ada), annul));
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_BAR_ANNULLED);
        assertThat(realm.last().reason()).isEqualTo("mistaken identity");
        assertThat(realm.bars).isEmpty();
        assertThat(realm.standing(ada).status()).isEqualTo(Status.REMOVED);
        realm.done(ada, RESTORE);
        assertThat(realm.standing(ada).decision()).isEqualTo(Decision.ALLOW);
    }

    // Erasure

    @Test
    void erasingLeavesNothingOfThePerson() {
        realm.done(ada, new Command.ConfirmEmail(), BLOCK);
        User before = realm.get(ada);
        realm.now = realm.now.plusSeconds(5);
        realm.done(ada, ERASE);
        User after = realm.get(ada);
        assertThat(Stream.of(
                        after.email(),
                        after.externalId(),
                        after.username(),
                        after.emailConfirmedAt(),
                        after.name(),
                        after.givenName(),
                        after.familyName(),
                        after.metadata()))
                .containsOnlyNulls();
        assertThat(after.cards()).isEmpty();
        assertThat(after.workstations()).isEmpty();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.number()).isEqualTo(before.number());
        assertThat(after.erasedAt()).isEqualTo(realm.now);
        Hold blocked = before.holds().all().getFirst();
        assertThat(after.holds().all())
                .containsExactly(
                        new Hold(HoldKind.REMOVED, Hold.MAIN, null, null, realm.admin.ref(), realm.now, null),
                        new Hold(
                                HoldKind.BLOCKED, Hold.MAIN, null, null, blocked.placedBy(), blocked.placedAt(), null));
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_ERASED);
        assertThat(realm.last().changes().isEmpty())
                .as("not even what was erased")
                .isTrue();
        assertThat(realm.isIdle(ada, ERASE)).isTrue();
    }

    @Test
    void erasingFreesIdentifiersAndCards() {
        UUID bob = realm.user("bob@x.org");
        realm.done(ada, ERASE);
        realm.done(bob, changeEmail("ada@x.org"), new Command.ReplaceCards(List.of(new Card("42", null)), false));
        assertThat(realm.get(bob).cards()).hasSize(1);
    }

    @Test
    void aBarStaysAfterErasure() {
        realm.done(ada, BAR);
        int bars = realm.bars.size();
        realm.done(ada, ERASE);
        assertThat(realm.bars).hasSize(bars);
        assertThat(realm.get(ada).isBarred()).isTrue();
    }

    // Cards and workstations

    @Test
    void aCardIsOneUsersUnlessTheCallerAllowsOtherwise() {
        UUID bob = realm.user("bob@x.org");
        List<Card> cards = List.of(new Card("7", null), new Card("42", null));
        assertThat(realm.refused(bob, new Command.ReplaceCards(cards, false)))
                .asInstanceOf(type(Refusal.Taken.class))
                .isEqualTo(new Refusal.Taken("cards[1].number", ada, false));
        realm.done(bob, new Command.ReplaceCards(cards, true));
        realm.done(bob, new Command.ReplaceCards(cards.reversed(), false));
        assertThat(realm.get(bob).cards()).as("what bob held already").isEqualTo(cards.reversed());
        realm.done(bob, new Command.ReplaceCards(List.of(), false));
        assertThat(realm.refused(bob, new Command.ReplaceCards(cards, false))).isInstanceOf(Refusal.Taken.class);
    }

    @Test
    void aCardThatWasGivenUpInTheSameTransactionIsFree() {
        UUID bob = realm.user("bob@x.org");
        Write gives =
                new Write(realm.admin, UserRef.id(ada), List.of(new Command.ReplaceCards(List.of(), false)), null);
        Write takes = new Write(
                realm.admin,
                UserRef.id(bob),
                List.of(new Command.ReplaceCards(List.of(new Card("42", null)), false)),
                null);
        assertThat(realm.batch(List.of(takes, gives, takes)))
                .extracting(result -> result instanceof Result.Ok<Change>)
                .containsExactly(false, true, true);
    }

    @Test
    void workstationsAreReplacedWhole() {
        realm.done(ada, new Command.ReplaceWorkstations(List.of("b", "a")));
        assertThat(realm.get(ada).workstations()).containsExactly("b", "a");
        assertThat(realm.isIdle(ada, new Command.ReplaceWorkstations(List.of("b", "a"))))
                .isTrue();
        realm.done(ada, new Command.ReplaceWorkstations(List.of()));
        assertThat(realm.get(ada).workstations()).isEmpty();
    }

    // Invitations

    @Test
    void anInvitationIsJournalledAndChangesNothing() {
        User before = realm.get(ada);
        Change change = realm.done(ada, new Command.RequestInvitation());
        assertThat(change.user()).isEqualTo(before);
        assertThat(realm.get(ada)).isEqualTo(before);
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_INVITATION_REQUESTED);
        assertThat(realm.last().changes()).isEqualTo(Changes.NONE);
        // A repeated request also counts as a change, because it asks for another email.
        assertThat(realm.isIdle(ada, new Command.RequestInvitation())).isFalse();
    }

    @Test
    void aHoldThatIsOverEndsWithAnInvitation() {
        realm.done(ada, new Command.PlaceHold(HoldKind.BLOCKED, "main", null, null, realm.now.plusSeconds(5)));
        realm.now = realm.now.plusSeconds(9);
        Change change = realm.done(ada, new Command.RequestInvitation());
        assertThat(change.events())
                .extracting(Event::action)
                .containsExactly(Event.Action.USER_HOLD_ENDED, Event.Action.USER_INVITATION_REQUESTED);
        assertThat(realm.get(ada).holds()).isEqualTo(Holds.NONE);
    }

    @Test
    void invitationsNeedAnUnconfirmedAddress() {
        UUID nameless = realm.user(draft -> draft.username = TestRealm.username("nameless"));
        assertThat(realm.refused(nameless, new Command.RequestInvitation()))
                .isEqualTo(
                        new Refusal.Invalid("email", "required", "Is required, because the invitation is sent to it."));
        realm.done(ada, new Command.ConfirmEmail());
        assertThat(realm.refused(ada, new Command.RequestInvitation()))
                .isEqualTo(new Refusal.Invalid("email", "confirmed", "Is confirmed already."));
    }

    @Test
    void commandsAfterARegistrationApplyToTheNewUserOrAllAreRefused() {
        UUID group = TestRealm.ok(realm.ask(realm.admin, null, new Command.CreateGroup("Engineers", null)))
                .group()
                .id();
        Command.Register register = TestRealm.registration("new@x.org");
        UserRef fresh = UserRef.identifier(Identifier.Kind.EMAIL, "new@x.org");
        Change change = TestRealm.ok(realm.ask(
                realm.admin,
                null,
                register,
                new Command.ReplaceCards(List.of(new Card("4711", null)), false),
                new Command.AddMember(group, fresh),
                new Command.RequestInvitation()));
        assertThat(change.user().version()).isEqualTo(1);
        assertThat(change.user().cards()).containsExactly(new Card("4711", null));
        assertThat(change.events())
                .extracting(Event::action)
                .containsExactly(
                        Event.Action.USER_REGISTERED,
                        Event.Action.USER_CARDS_REPLACED,
                        Event.Action.GROUP_MEMBER_ADDED,
                        Event.Action.USER_INVITATION_REQUESTED);
        assertThat(realm.affiliations.get(change.user().id()).groups()).containsExactly(group);

        int users = realm.users.size();
        assertThat(TestRealm.no(realm.ask(
                        realm.admin,
                        null,
                        TestRealm.registration("other@x.org"),
                        new Command.ReplaceCards(List.of(new Card("4711", null)), false))))
                .isInstanceOf(Refusal.Taken.class);
        assertThat(realm.users).hasSize(users);
    }

    // Guests, ranks, enrolment

    @Test
    void aGuestIsPromotedOnce() {
        UUID guest = realm.user(draft -> {
            draft.username = TestRealm.username("guest");
            draft.tag = Tag.GUEST;
        });
        assertThat(realm.refused(guest, new Command.ChangeRank(Rank.ADMIN))).isEqualTo(new Refusal.GuestNotAllowed());
        realm.done(guest, new Command.Promote());
        assertThat(realm.refused(guest, new Command.Promote())).isEqualTo(new Refusal.NotGuest());
        realm.done(guest, new Command.ChangeRank(Rank.ADMIN));
        assertThat(realm.get(guest).rank()).isEqualTo(Rank.ADMIN);
    }

    @Test
    void onlyASuperChangesRanks() {
        assertThat(TestRealm.no(realm.ask(realm.manager, UserRef.id(ada), new Command.ChangeRank(Rank.ADMIN))))
                .isEqualTo(new Refusal.Forbidden("rank SUPER"));
        realm.done(ada, new Command.ChangeRank(Rank.ADMIN));
        assertThat(TestRealm.no(realm.ask(realm.manager, UserRef.id(ada), new Command.ChangeRank(Rank.REGULAR))))
                .isEqualTo(new Refusal.Forbidden("rank SUPER"));
    }

    @Test
    void theLastSuperStaysOne() {
        realm.done(ada, new Command.ChangeRank(Rank.SUPER));
        for (Command command :
                List.of(new Command.ChangeRank(Rank.ADMIN), REMOVE, new Command.Expel(null, null), ERASE, BAR)) {
            assertThat(realm.refused(ada, command)).isEqualTo(new Refusal.LastSuper());
        }
        realm.done(ada, BLOCK);
        UUID bob = realm.user("bob@x.org");
        realm.done(bob, new Command.ChangeRank(Rank.SUPER));
        realm.done(ada, REMOVE);
        assertThat(realm.refused(bob, REMOVE))
                .as("a removed one does not count")
                .isEqualTo(new Refusal.LastSuper());
        assertThat(realm.refused(bob, BAR)).as("a bar removes").isEqualTo(new Refusal.LastSuper());
    }

    @Test
    void anEnrolledUserMayBeAllowedToEnrolAgain() {
        Enrolment.Enrolled enrolled = new Enrolment.Enrolled("job-1", TestRealm.START);
        UUID bob = realm.user(draft -> {
            draft.email = TestRealm.email("bob@x.org");
            draft.enrolment = enrolled;
        });
        assertThat(realm.isIdle(bob, new Command.AllowReenrolment(false))).isTrue();
        realm.done(bob, new Command.AllowReenrolment(true));
        assertThat(realm.get(bob).enrolment()).isEqualTo(new Enrolment.ReenrolmentAllowed(enrolled));
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_REENROLMENT_ALLOWED);
        assertThat(realm.isIdle(bob, new Command.AllowReenrolment(true))).isTrue();
        realm.done(bob, new Command.AllowReenrolment(false));
        assertThat(realm.get(bob).enrolment()).isEqualTo(enrolled);
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_REENROLMENT_WITHDRAWN);
        assertThat(realm.isIdle(ada, new Command.AllowReenrolment(true)))
                .as("never enrolled")
                .isTrue();
    }
}
