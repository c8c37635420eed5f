package dev.muster.model.rules;

import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Actor;
import dev.muster.model.state.PeopleState;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rules for a user's holds: placing, releasing, removing, restoring, barring and annulling a bar. Every method
/// expects the current state of the user, without expired holds.
final class HoldRules {
    private final Context context;
    private final PeopleState people;
    private final Fingerprint.Maker fingerprints;
    private final Actor actor;
    private final Instant now;

    HoldRules(Context context) {
        this.context = context;
        this.people = context.realm().people();
        this.fingerprints = context.fingerprints();
        this.actor = context.actor();
        this.now = context.now();
    }

    /// Applies `command` to `user`. Refuses: Invalid, StillHeld, LastSuper.
    Transition<User> apply(User user, Command.OnHolds command) {
        return switch (command) {
            case Command.PlaceHold place -> place(user, place);
            case Command.EnsureHold(var kind) -> ensureHold(user, kind);
            case Command.ReleaseHold(var kind, var label, var reason, var note) ->
                release(user, kind, label, reason, note);
            case Command.LiftHold(var kind) -> lift(user, kind);
            case Command.ToggleSuspension() -> toggleSuspension(user);
            case Command.Reinstate(var reason, var note) -> reinstate(user, reason, note);
            case Command.ExpectStatus(var statuses) -> expect(user, statuses);
            case Command.Remove(var reason, var note) -> remove(user, Event.Action.USER_REMOVED, reason, note);
            case Command.Expel(var reason, var note) -> expel(user, reason, note);
            case Command.Restore(var reason, var note) -> restore(user, reason, note);
            case Command.Bar(var reason, var note) -> bar(user, reason, note);
            case Command.AnnulBar(var reason) -> annulBar(user, reason);
        };
    }

    /// Places a hold, or changes the existing hold of that kind and label. Refuses: Invalid.
    private Transition<User> place(User user, Command.PlaceHold place) {
        if (place.until() != null && !place.until().isAfter(now)) {
            return new Transition.Refused<>(
                    new Refusal.Invalid("until", "not_in_the_future", "Must be in the future."));
        }
        Hold current = user.holds().get(place.kind(), place.label());
        if (current == null) {
            Hold hold = placed(place.kind(), place.label(), place.reason(), place.note(), place.until());
            return held(user, user.holds().with(hold), Event.Action.USER_HOLD_PLACED, place.reason(), place.note());
        }
        Hold next = current.with(place.reason(), place.note(), place.until(), alteration());
        return held(user, user.holds().with(next), Event.Action.USER_HOLD_CHANGED, place.reason(), place.note());
    }

    /// Places a `main` hold without an end, or removes the end of the existing one.
    private Transition<User> ensureHold(User user, HoldKind kind) {
        Hold current = user.holds().get(kind, Hold.MAIN);
        if (current == null) {
            Hold hold = placed(kind, Hold.MAIN, null, null, null);
            return held(user, user.holds().with(hold), Event.Action.USER_HOLD_PLACED, null, null);
        }
        Hold endless = current.withoutEnd(alteration());
        return held(user, user.holds().with(endless), Event.Action.USER_HOLD_CHANGED, null, null);
    }

    /// Releases the hold of that kind and label, if there is one.
    private Transition<User> release(
            User user, HoldKind kind, String label, @Nullable String reason, @Nullable String note) {
        return held(user, user.holds().without(kind, label), Event.Action.USER_HOLD_RELEASED, reason, note);
    }

    /// Releases the `main` hold of a kind. Refuses: StillHeld while another hold of that kind remains.
    private Transition<User> lift(User user, HoldKind kind) {
        List<Hold> others = user.holds().all().stream()
                .filter(hold -> hold.kind() == kind && !hold.label().equals(Hold.MAIN))
                .toList();
        if (!others.isEmpty()) {
            return new Transition.Refused<>(new Refusal.StillHeld(others));
        }
        return release(user, kind, Hold.MAIN, null, null);
    }

    /// Releases the `main` suspension, or places one if there is none. Refuses: StillHeld while another denying
    /// hold is in effect, or if a suspension with another label would remain.
    private Transition<User> toggleSuspension(User user) {
        if (user.holds().get(HoldKind.SUSPENDED, Hold.MAIN) != null) {
            return lift(user, HoldKind.SUSPENDED);
        }
        List<Hold> denying = user.holds().denying(now);
        return denying.isEmpty()
                ? ensureHold(user, HoldKind.SUSPENDED)
                : new Transition.Refused<>(new Refusal.StillHeld(denying));
    }

    /// Releases deactivation, suspension and removal. Refuses: StillHeld if a denying hold would remain.
    private Transition<User> reinstate(User user, @Nullable String reason, @Nullable String note) {
        Holds left = user.holds()
                .without(HoldKind.DEACTIVATED, Hold.MAIN)
                .without(HoldKind.SUSPENDED, Hold.MAIN)
                .without(HoldKind.REMOVED, Hold.MAIN);
        List<Hold> denying = left.denying(now);
        if (!denying.isEmpty()) {
            return new Transition.Refused<>(new Refusal.StillHeld(denying));
        }
        return held(user, left, Event.Action.USER_REINSTATED, reason, note);
    }

    /// Changes nothing. Refuses: StillHeld unless the status is among `statuses`.
    private Transition<User> expect(User user, Set<Status> statuses) {
        return statuses.contains(user.holds().status(now))
                ? new Transition.Unchanged<>()
                : new Transition.Refused<>(
                        new Refusal.StillHeld(user.holds().at(now).all()));
    }

    /// Removes the user. Refuses: LastSuper.
    private Transition<User> remove(User user, Event.Action action, @Nullable String reason, @Nullable String note) {
        if (user.isRemoved()) {
            return new Transition.Unchanged<>();
        }
        if (context.isLastSuper(user)) {
            return new Transition.Refused<>(new Refusal.LastSuper());
        }
        Hold removed = placed(HoldKind.REMOVED, Hold.MAIN, reason, note, null);
        return held(user, user.holds().with(removed), action, reason, note);
    }

    /// Like [#remove], but also records a change for a user who is already removed and still has memberships. The
    /// caller ends the memberships. Refuses: LastSuper.
    private Transition<User> expel(User user, @Nullable String reason, @Nullable String note) {
        return user.isRemoved() && new MembershipRules(context.realm().memberships()).has(user)
                ? new Transition.Changed<>(user, Event.Action.USER_EXPELLED, reason, note)
                : remove(user, Event.Action.USER_EXPELLED, reason, note);
    }

    /// Releases the removal, if there is one.
    private Transition<User> restore(User user, @Nullable String reason, @Nullable String note) {
        return held(user, user.holds().without(HoldKind.REMOVED, Hold.MAIN), Event.Action.USER_RESTORED, reason, note);
    }

    /// Bars the user permanently, and records the fingerprints of the identifiers that must not be registered
    /// again. Refuses: LastSuper.
    private Transition<User> bar(User user, @Nullable String reason, @Nullable String note) {
        if (user.isBarred()) {
            return new Transition.Unchanged<>();
        }
        if (context.isLastSuper(user)) {
            return new Transition.Refused<>(new Refusal.LastSuper());
        }
        Holds holds = user.holds().each(hold -> hold.withoutEnd(alteration()));
        if (!user.isRemoved()) {
            holds = holds.with(placed(HoldKind.REMOVED, Hold.MAIN, reason, note, null));
        }
        holds = holds.with(placed(HoldKind.BARRED, Hold.MAIN, reason, note, null));
        fingerprints(user).forEach(fingerprint -> people.bar(fingerprint, user.id()));
        return held(user, holds, Event.Action.USER_BARRED, reason, note);
    }

    /// Releases a bar and deletes its fingerprints.
    private Transition<User> annulBar(User user, String reason) {
        if (!user.isBarred()) {
            return new Transition.Unchanged<>();
        }
        fingerprints(user).forEach(people::annulBar);
        return held(
                user, user.holds().without(HoldKind.BARRED, Hold.MAIN), Event.Action.USER_BAR_ANNULLED, reason, null);
    }

    private List<Fingerprint> fingerprints(User user) {
        List<Fingerprint> made = new ArrayList<>(2);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = user.identifier(kind);
            if (identifier != null && kind.barrable()) {
                made.add(fingerprints.of(identifier.key()));
            }
        }
        return made;
    }

    /// Creates a hold that the actor places now.
    Hold placed(HoldKind kind, String label, @Nullable String reason, @Nullable String note, @Nullable Instant until) {
        return new Hold(kind, label, reason, note, actor.ref(), now, until);
    }

    private Hold.Alteration alteration() {
        return new Hold.Alteration(actor.ref(), now);
    }

    private Transition<User> held(
            User user, Holds holds, Event.Action action, @Nullable String reason, @Nullable String note) {
        User.Draft draft = user.draft();
        draft.holds = holds;
        if (holds.decision(now) == Decision.ALLOW && user.holds().decision(now) != Decision.ALLOW) {
            draft.activeAt = now;
        }
        return Transition.to(user, draft, action, reason, note);
    }
}
