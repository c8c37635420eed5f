package dev.muster.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Standing;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.user.UserRef;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Holds and standing: placing, releasing, lifting, toggling, reinstating and expiry.
class HoldsTest {
    private final TestRealm realm = new TestRealm();
    private final UUID ada = realm.user("ada@x.org");

    private static Command place(HoldKind kind) {
        return new Command.PlaceHold(kind, Hold.MAIN, null, null, null);
    }

    private Command placeFor(HoldKind kind, String label, int seconds) {
        return new Command.PlaceHold(kind, label, "late", "see ticket", realm.now.plusSeconds(seconds));
    }

    private static Command release(HoldKind kind) {
        return new Command.ReleaseHold(kind, Hold.MAIN, null, null);
    }

    private void after(int seconds) {
        realm.now = realm.now.plusSeconds(seconds);
    }

    private List<String> holds() {
        return realm.get(ada).holds().at(realm.now).all().stream()
                .map(hold -> hold.kind().wireName() + "." + hold.label())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "'', ALLOW, ACTIVE",
        "FRAUD, PROCESS_BUT_FAIL, FRAUD",
        "DEACTIVATED, DENY, DEACTIVATED",
        "SUSPENDED, DENY, SUSPENDED",
        "BLOCKED, DENY, BLOCKED",
        "FRAUD DEACTIVATED, DENY, DEACTIVATED",
        "FRAUD SUSPENDED DEACTIVATED, DENY, SUSPENDED",
        "DEACTIVATED SUSPENDED BLOCKED FRAUD, DENY, BLOCKED",
    })
    void standingIsWhatTheHoldsAddUpTo(String kinds, Decision decision, Status status) {
        for (String kind : kinds.isEmpty() ? new String[0] : kinds.split(" ", -1)) {
            realm.done(ada, place(HoldKind.valueOf(kind)));
        }
        assertThat(realm.standing(ada).decision()).isEqualTo(decision);
        assertThat(realm.standing(ada).status()).isEqualTo(status);
    }

    @Test
    void aHoldOfAnotherLabelStandsBesideIt() {
        realm.done(ada, placeFor(HoldKind.SUSPENDED, "legal", 60));
        realm.done(ada, placeFor(HoldKind.SUSPENDED, "billing", 30));
        realm.done(ada, new Command.ReleaseHold(HoldKind.SUSPENDED, "billing", "settled", "paid"));
        assertThat(holds()).containsExactly("suspended.legal");
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_HOLD_RELEASED);
        assertThat(realm.last().note()).isEqualTo("paid");
    }

    @Test
    void placingAgainChangesReasonNoteAndEndAndKeepsWhoPlacedIt() {
        realm.done(ada, placeFor(HoldKind.BLOCKED, Hold.MAIN, 60));
        Instant placed = realm.now;
        after(1);
        TestRealm.ok(realm.ask(
                realm.manager,
                UserRef.id(ada),
                new Command.PlaceHold(HoldKind.BLOCKED, Hold.MAIN, "other", null, null)));
        assertThat(realm.get(ada).holds().get(HoldKind.BLOCKED, Hold.MAIN))
                .isEqualTo(new Hold(
                        HoldKind.BLOCKED,
                        Hold.MAIN,
                        "other",
                        null,
                        realm.admin.ref(),
                        placed,
                        null,
                        new Hold.Alteration(realm.manager.ref(), realm.now)));
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_HOLD_CHANGED);
        assertThat(realm.last().reason()).isEqualTo("other");
    }

    @Test
    void aHoldOfAnotherLabelIsPlacedAndNotChanged() {
        realm.done(ada, placeFor(HoldKind.BLOCKED, Hold.MAIN, 60));
        realm.done(ada, placeFor(HoldKind.BLOCKED, "legal", 60));
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_HOLD_PLACED);
    }

    @Test
    void undoingAChangeGivesTheHoldAsItWasBefore() {
        realm.done(ada, placeFor(HoldKind.BLOCKED, Hold.MAIN, 60));
        after(1);
        realm.done(ada, new Command.PlaceHold(HoldKind.BLOCKED, Hold.MAIN, "second", null, null));
        User once = realm.get(ada);
        after(1);
        realm.done(ada, new Command.PlaceHold(HoldKind.BLOCKED, Hold.MAIN, "third", null, null));
        assertThat(UserFields.undo(realm.get(ada), realm.last().changes()).holds())
                .isEqualTo(once.holds());
    }

    /// A bar removes the expiry of other holds, which counts as a change to those holds.
    @Test
    void aBarThatTakesAnEndAwayIsNamedInTheHold() {
        realm.done(ada, placeFor(HoldKind.SUSPENDED, Hold.MAIN, 60), place(HoldKind.BLOCKED));
        after(1);
        realm.done(ada, new Command.Bar(null, null));
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_BARRED);
        assertThat(realm.get(ada).holds().get(HoldKind.SUSPENDED, Hold.MAIN))
                .extracting(Hold::changed)
                .isEqualTo(new Hold.Alteration(realm.admin.ref(), realm.now));
        assertThat(realm.get(ada).holds().get(HoldKind.BLOCKED, Hold.MAIN))
                .extracting(Hold::changed)
                .isNull();
    }

    /// Placing the same hold again changes nothing, not even the hold's actor and time.
    @Test
    void placingTheSameAgainChangesNothing() {
        Command same = placeFor(HoldKind.BLOCKED, Hold.MAIN, 60);
        realm.done(ada, same);
        after(1);
        assertThat(TestRealm.ok(realm.ask(realm.manager, UserRef.id(ada), same)).events())
                .isEmpty();
        assertThat(realm.get(ada).version()).isEqualTo(2);
    }

    @Test
    void ensuringAnExistingHoldOnlyRemovesItsEnd() {
        realm.done(ada, placeFor(HoldKind.BLOCKED, Hold.MAIN, 60));
        Instant placed = realm.now;
        after(1);
        TestRealm.ok(realm.ask(realm.manager, UserRef.id(ada), new Command.EnsureHold(HoldKind.BLOCKED)));
        assertThat(realm.get(ada).holds().get(HoldKind.BLOCKED, Hold.MAIN))
                .isEqualTo(new Hold(
                        HoldKind.BLOCKED,
                        Hold.MAIN,
                        "late",
                        "see ticket",
                        realm.admin.ref(),
                        placed,
                        null,
                        new Hold.Alteration(realm.manager.ref(), realm.now)));
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_HOLD_CHANGED);
        assertThat(realm.isIdle(ada, new Command.EnsureHold(HoldKind.BLOCKED))).isTrue();
    }

    @Test
    void releasingAMissingHoldChangesNothing() {
        assertThat(realm.isIdle(ada, release(HoldKind.BLOCKED))).isTrue();
        assertThat(realm.isIdle(ada, new Command.LiftHold(HoldKind.BLOCKED))).isTrue();
        assertThat(realm.isIdle(ada, new Command.Reinstate(null, null))).isTrue();
        assertThat(realm.isIdle(ada, new Command.Restore(null, null))).isTrue();
    }

    @Test
    void aVendorDoesNotLiftWhileAnotherLabelRemains() {
        realm.done(ada, placeFor(HoldKind.BLOCKED, "legal", 60), place(HoldKind.BLOCKED));
        assertThat(realm.refused(ada, new Command.LiftHold(HoldKind.BLOCKED)))
                .asInstanceOf(type(Refusal.StillHeld.class))
                .satisfies(still ->
                        assertThat(still.holds()).extracting(Hold::label).containsExactly("legal"));
        after(60);
        realm.done(ada, new Command.LiftHold(HoldKind.BLOCKED));
        assertThat(holds()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "-1, false", "1, true"})
    void anEndLiesInTheFuture(int seconds, boolean taken) {
        Result<Change> result =
                realm.ask(realm.admin, UserRef.id(ada), placeFor(HoldKind.SUSPENDED, Hold.MAIN, seconds));
        assertThat(result instanceof Result.Ok<Change>).isEqualTo(taken);
    }

    @ParameterizedTest
    @EnumSource(
            value = HoldKind.class,
            names = {"BARRED", "REMOVED"})
    void barsAndRemovalsAreNoHoldsToPlaceOrRelease(HoldKind kind) {
        assertThatThrownBy(() -> place(kind)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> release(kind)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Command.EnsureHold(kind)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Command.LiftHold(kind)).isInstanceOf(IllegalArgumentException.class);
    }

    // Expiry

    @Test
    void aHoldEndsByItself() {
        realm.done(ada, placeFor(HoldKind.SUSPENDED, Hold.MAIN, 60));
        assertThat(realm.standing(ada).until()).isEqualTo(realm.now.plusSeconds(60));
        assertThat(realm.standing(ada).next()).isEqualTo(Decision.ALLOW);
        realm.now = realm.now.plusSeconds(60).minusMillis(1);
        assertThat(realm.standing(ada).decision()).isEqualTo(Decision.DENY);
        realm.now = realm.now.plusMillis(1);
        assertThat(realm.standing(ada).decision()).isEqualTo(Decision.ALLOW);
        assertThat(realm.get(ada).at(realm.now).activeAt()).isEqualTo(realm.now);
    }

    @Test
    void untilIsWhenTheDecisionChangesAndNotWhenAHoldEnds() {
        realm.done(ada, placeFor(HoldKind.SUSPENDED, Hold.MAIN, 30), placeFor(HoldKind.BLOCKED, Hold.MAIN, 60));
        realm.done(ada, place(HoldKind.FRAUD));
        Standing standing = realm.standing(ada);
        assertThat(standing.until()).isEqualTo(realm.now.plusSeconds(60));
        assertThat(standing.next()).isEqualTo(Decision.PROCESS_BUT_FAIL);
        assertThat(standing.holds())
                .extracting(Standing.EffectiveHold::isDecisive)
                .containsExactly(true, true, false);
        after(60);
        assertThat(realm.standing(ada).until()).isNull();
        assertThat(realm.standing(ada).next()).isNull();
    }

    @Test
    void holdExpiryJournalsEachEndAtItsOwnTimeAndLeavesTheVersion() {
        realm.done(ada, placeFor(HoldKind.SUSPENDED, Hold.MAIN, 30), placeFor(HoldKind.BLOCKED, Hold.MAIN, 60));
        User before = realm.get(ada);
        Instant start = realm.now;
        after(100);
        TestRealm.ok(realm.ask(Actor.SYSTEM, UserRef.id(ada), new Command.EndHolds()));
        assertThat(realm.journal)
                .extracting(Event::action)
                .endsWith(Event.Action.USER_HOLD_ENDED, Event.Action.USER_HOLD_ENDED);
        assertThat(realm.journal).extracting(Event::at).endsWith(start.plusSeconds(30), start.plusSeconds(60));
        assertThat(realm.last().actor()).isEqualTo(ActorRef.SYSTEM);
        assertThat(realm.get(ada).version()).isEqualTo(before.version());
        assertThat(realm.get(ada).updatedAt()).isEqualTo(before.updatedAt());
        assertThat(realm.get(ada).activeAt()).isEqualTo(start.plusSeconds(60));
        assertThat(TestRealm.ok(realm.ask(Actor.SYSTEM, UserRef.id(ada), new Command.EndHolds()))
                        .events())
                .isEmpty();
    }

    @Test
    void aChangeToTheUserJournalsTheExpiryFirst() {
        realm.done(ada, placeFor(HoldKind.SUSPENDED, Hold.MAIN, 30));
        after(40);
        realm.done(ada, place(HoldKind.SUSPENDED));
        assertThat(realm.journal)
                .extracting(Event::action)
                .containsExactly(
                        Event.Action.USER_HOLD_PLACED, Event.Action.USER_HOLD_ENDED, Event.Action.USER_HOLD_PLACED);
        assertThat(realm.get(ada).version()).isEqualTo(3);
    }

    @Test
    void requestsWithoutEffectLeaveTheExpiryToHoldExpiry() {
        realm.done(ada, placeFor(HoldKind.SUSPENDED, Hold.MAIN, 30));
        after(40);
        assertThat(realm.isIdle(ada, release(HoldKind.SUSPENDED))).isTrue();
        assertThat(realm.get(ada).holds().has(HoldKind.SUSPENDED)).isTrue();
        assertThat(realm.counters.status(Status.SUSPENDED)).isEqualTo(1);
        assertThat(realm.done(ada, release(HoldKind.SUSPENDED)).user().holds().isEmpty())
                .isTrue();
    }

    @Test
    void onlyTheSystemEndsHolds() {
        assertThat(realm.refused(ada, new Command.EndHolds())).isEqualTo(new Refusal.Forbidden("system"));
        assertThat(TestRealm.no(realm.ask(Actor.ROOT, UserRef.id(ada), new Command.EndHolds())))
                .isInstanceOf(Refusal.Forbidden.class);
    }

    // Toggling

    @Test
    void togglingSuspendsAndFrees() {
        realm.done(ada, new Command.ToggleSuspension());
        assertThat(holds()).containsExactly("suspended.main");
        realm.done(ada, new Command.ToggleSuspension());
        assertThat(holds()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = HoldKind.class,
            names = {"BLOCKED", "DEACTIVATED"})
    void tryingToReleaseAHeldUserNeverSuspendsThem(HoldKind kind) {
        realm.done(ada, place(kind));
        assertThat(realm.refused(ada, new Command.ToggleSuspension()))
                .asInstanceOf(type(Refusal.StillHeld.class))
                .satisfies(still ->
                        assertThat(still.holds()).extracting(Hold::kind).containsExactly(kind));
    }

    @Test
    void togglingASuspendedUserFreesThemWhateverElseHolds() {
        realm.done(ada, place(HoldKind.SUSPENDED), place(HoldKind.BLOCKED));
        realm.done(ada, new Command.ToggleSuspension());
        assertThat(holds()).containsExactly("blocked.main");
    }

    @Test
    void fraudDoesNotStandInTheWayOfToggling() {
        realm.done(ada, place(HoldKind.FRAUD));
        realm.done(ada, new Command.ToggleSuspension());
        assertThat(holds()).containsExactly("suspended.main", "fraud.main");
    }

    // Reinstating

    @Test
    void reinstatingReleasesThreeKindsTogether() {
        realm.done(ada, place(HoldKind.DEACTIVATED), place(HoldKind.SUSPENDED), place(HoldKind.FRAUD));
        realm.done(ada, new Command.Remove(null, null));
        after(5);
        realm.done(ada, new Command.Reinstate("cleared", "by phone"));
        assertThat(holds()).containsExactly("fraud.main");
        assertThat(realm.last().action()).isEqualTo(Event.Action.USER_REINSTATED);
        assertThat(realm.last().reason()).isEqualTo("cleared");
        assertThat(realm.get(ada).activeAt()).as("still under suspicion").isEqualTo(TestRealm.START);
    }

    @Test
    void reinstatingIsRefusedWhereADenyingHoldWouldRemain() {
        realm.done(ada, place(HoldKind.DEACTIVATED), placeFor(HoldKind.SUSPENDED, "legal", 60), place(HoldKind.FRAUD));
        assertThat(realm.refused(ada, new Command.Reinstate(null, null)))
                .asInstanceOf(type(Refusal.StillHeld.class))
                .satisfies(still ->
                        assertThat(still.holds()).extracting(Hold::label).containsExactly("legal"));
        assertThat(holds()).contains("deactivated.main");
        after(60);
        realm.done(ada, new Command.Reinstate(null, null));
        assertThat(holds()).containsExactly("fraud.main");
    }

    // Several commands

    @Test
    void aRequestIsDoneWholeOrNotAtAll() {
        realm.done(ada, place(HoldKind.BLOCKED));
        Command expectation = new Command.ExpectStatus(Set.of(Status.ACTIVE, Status.FRAUD));
        assertThat(realm.refused(ada, place(HoldKind.DEACTIVATED), release(HoldKind.SUSPENDED), expectation))
                .isInstanceOf(Refusal.StillHeld.class);
        assertThat(holds()).containsExactly("blocked.main");
        realm.done(ada, release(HoldKind.BLOCKED), place(HoldKind.FRAUD), expectation);
        assertThat(realm.get(ada).version()).isEqualTo(3);
    }

    @Test
    void aRequestForAnotherVersionIsStale() {
        Write write = new Write(realm.admin, UserRef.id(ada), List.of(place(HoldKind.BLOCKED)), Set.of(7L, 8L));
        assertThat(TestRealm.no(realm.ask(write))).isEqualTo(new Refusal.Stale(1));
        Write none = new Write(realm.admin, UserRef.id(ada), List.of(place(HoldKind.BLOCKED)), Set.of());
        assertThat(TestRealm.no(realm.ask(none))).isEqualTo(new Refusal.Stale(1));
        Write right = new Write(realm.admin, UserRef.id(ada), List.of(place(HoldKind.BLOCKED)), Set.of(1L, 7L));
        assertThat(TestRealm.ok(realm.ask(right)).user().version()).isEqualTo(2);
    }
}
