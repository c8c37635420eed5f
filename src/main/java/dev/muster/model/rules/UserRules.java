package dev.muster.model.rules;

import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Rank;
import dev.muster.model.state.PeopleState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.user.Card;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What each command does to a user, and when it is refused: pure functions of the user as seen now, the command,
/// the actor and the moment. The realm's picture is asked for what one user cannot know: who else has an
/// identifier or a card, what is barred, and how many SUPERs are left.
final class UserRules {
    private final WorkingSet realm;
    private final PeopleState people;
    private final IdentifierRules identifiers;
    private final Fingerprint.Maker prints;
    private final Actor actor;
    private final Instant now;

    UserRules(Context context) {
        this.realm = context.realm();
        this.people = realm.people();
        this.identifiers = new IdentifierRules(context);
        this.prints = context.prints();
        this.actor = context.actor();
        this.now = context.now();
    }

    /// A new user of version 1. Refuses: Invalid, Barred, Taken, OverQuota.
    Result<User> register(Command.Register command, UUID id) {
        if (command.email() == null && command.externalId() == null && command.username() == null) {
            return Result.refused(noIdentifier());
        }
        Refusal refusal = identifiers.conflictOn(command::identifier, null);
        if (refusal != null) {
            return Result.refused(refusal);
        }
        if (realm.counters().users() >= realm.quotas().users()) {
            return Result.refused(new Refusal.OverQuota("users", realm.quotas().users()));
        }
        User.Draft draft = new User.Draft(id, people.takeNumber(), now);
        draft.version = 1;
        draft.email = command.email();
        draft.externalId = command.externalId();
        draft.username = command.username();
        draft.name = command.name();
        draft.givenName = command.givenName();
        draft.familyName = command.familyName();
        draft.tag = command.tag();
        draft.metadata = command.metadata();
        return Result.ok(draft.build());
    }

    /// What `command` does to `user`, who is seen as of now: without holds that are over.
    Transition<User> apply(User user, Command.OnUser command) {
        Refusal closed = closed(user, command);
        if (closed != null) {
            return new Transition.Refused<>(closed);
        }
        return switch (command) {
            case Command.Update update -> update(user, update);
            case Command.PlaceHold place -> place(user, place);
            case Command.AssertHold(var kind) -> assertHold(user, kind);
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
            case Command.Erase(var reason, var note) -> erase(user, reason, note);
            case Command.ChangeRank(var rank) -> changeRank(user, rank);
            case Command.Promote(var reason, var note) -> promote(user, reason, note);
            case Command.ConfirmEmail(var reason, var note) -> confirmEmail(user, reason, note);
            case Command.RequestInvitation() -> requestInvitation(user);
            case Command.ReplaceCards(var cards, var duplicates) -> replaceCards(user, cards, duplicates);
            case Command.ReplaceWorkstations(var workstations) -> replaceWorkstations(user, workstations);
            case Command.AllowReenrolment(var allowed) -> allowReenrolment(user, allowed);
            case Command.EndHolds() -> new Transition.Ended<>();
        };
    }

    /// Why nothing like `command` is done to the user any more, or null.
    private static @Nullable Refusal closed(User user, Command.OnUser command) {
        Refusal closed = Lookup.closed(user);
        if (closed == null) {
            return null;
        }
        Reach needed = user.isErased() ? Reach.ERASED : user.isBarred() ? Reach.BARRED : Reach.REMOVED;
        return reach(command).compareTo(needed) >= 0 ? null : closed;
    }

    /// The users that a command is carried out on: each constant includes those before it.
    private enum Reach {
        IN_SERVICE,
        REMOVED,
        BARRED,
        ERASED
    }

    private static Reach reach(Command.OnUser command) {
        return switch (command) {
            case Command.Erase _, Command.EndHolds _ -> Reach.ERASED;
            case Command.Bar _, Command.AnnulBar _ -> Reach.BARRED;
            case Command.Update update -> update.isOpenToRemoved() ? Reach.REMOVED : Reach.IN_SERVICE;
            case Command.PlaceHold _,
                    Command.AssertHold _,
                    Command.ReleaseHold _,
                    Command.LiftHold _,
                    Command.Reinstate _,
                    Command.ExpectStatus _,
                    Command.Remove _,
                    Command.Expel _,
                    Command.Restore _ -> Reach.REMOVED;
            case Command.ToggleSuspension _,
                    Command.ChangeRank _,
                    Command.Promote _,
                    Command.ConfirmEmail _,
                    Command.RequestInvitation _,
                    Command.ReplaceCards _,
                    Command.ReplaceWorkstations _,
                    Command.AllowReenrolment _ -> Reach.IN_SERVICE;
        };
    }

    // Fields.

    private Transition<User> update(User user, Command.Update update) {
        Refusal refusal = identifiers.conflictOn(kind -> Edit.applied(update.identifier(kind), null), user);
        if (refusal != null) {
            return new Transition.Refused<>(refusal);
        }
        User.Draft draft = user.draft();
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            draft.identifier(kind, Edit.applied(update.identifier(kind), user.identifier(kind)));
        }
        if (draft.email == null && draft.externalId == null && draft.username == null) {
            return new Transition.Refused<>(noIdentifier());
        }
        if (draft.email == null
                || user.email() == null
                || !draft.email.folded().equals(user.email().folded())) {
            draft.emailConfirmedAt = null;
        }
        draft.name = Edit.applied(update.name(), user.name());
        draft.givenName = Edit.applied(update.givenName(), user.givenName());
        draft.familyName = Edit.applied(update.familyName(), user.familyName());
        draft.metadata = Edit.applied(update.metadata(), user.metadata());
        draft.deviceAddedAt = Edit.applied(update.deviceAddedAt(), user.deviceAddedAt());
        return become(user, draft, Event.Action.USER_UPDATED, null, null);
    }

    private static Refusal noIdentifier() {
        return new Refusal.Invalid(
                "", "identifier_required", "At least one of email, externalId and username is required.");
    }

    private Transition<User> confirmEmail(User user, @Nullable String reason, @Nullable String note) {
        if (user.email() == null) {
            return new Transition.Refused<>(
                    new Refusal.Invalid("email", "required", "The user has no address to confirm."));
        }
        if (user.emailConfirmedAt() != null) {
            return new Transition.Unchanged<>();
        }
        User.Draft draft = user.draft();
        draft.emailConfirmedAt = now;
        return become(user, draft, Event.Action.USER_EMAIL_CONFIRMED, reason, note);
    }

    private static Transition<User> requestInvitation(User user) {
        if (user.email() == null) {
            return new Transition.Refused<>(new Refusal.Invalid("email", "required", "Must be there to write to."));
        }
        return user.emailConfirmedAt() == null
                ? new Transition.Noted<>(Event.Action.USER_INVITATION_REQUESTED)
                : new Transition.Refused<>(new Refusal.Invalid("email", "confirmed", "Is confirmed already."));
    }

    private Transition<User> replaceCards(User user, List<Card> cards, boolean duplicates) {
        Set<String> held = new HashSet<>();
        user.cards().forEach(card -> held.add(card.number()));
        for (int i = 0; i < cards.size() && !duplicates; i++) {
            String number = cards.get(i).number();
            if (!held.contains(number)) {
                for (UUID holder : people.holdersOfCard(prints.ofCard(number))) {
                    if (!holder.equals(user.id())) {
                        return new Transition.Refused<>(new Refusal.Taken("cards[" + i + "].number", holder, false));
                    }
                }
            }
        }
        User.Draft draft = user.draft();
        draft.cards = List.copyOf(cards);
        return become(user, draft, Event.Action.USER_CARDS_REPLACED, null, null);
    }

    private Transition<User> replaceWorkstations(User user, List<String> workstations) {
        User.Draft draft = user.draft();
        draft.workstations = List.copyOf(workstations);
        return become(user, draft, Event.Action.USER_WORKSTATIONS_REPLACED, null, null);
    }

    // Holds.

    private Transition<User> place(User user, Command.PlaceHold place) {
        if (place.until() != null && !place.until().isAfter(now)) {
            return new Transition.Refused<>(
                    new Refusal.Invalid("until", "not_in_the_future", "Must lie in the future."));
        }
        Hold current = user.holds().get(place.kind(), place.label());
        if (current == null) {
            Hold placed = hold(place.kind(), place.label(), place.reason(), place.note(), place.until());
            return held(user, user.holds().with(placed), Event.Action.USER_HOLD_PLACED, place.reason(), place.note());
        }
        Hold next = current.with(place.reason(), place.note(), place.until(), alteration());
        return held(user, user.holds().with(next), Event.Action.USER_HOLD_CHANGED, place.reason(), place.note());
    }

    private Transition<User> assertHold(User user, HoldKind kind) {
        Hold current = user.holds().get(kind, Hold.MAIN);
        if (current == null) {
            Hold placed = hold(kind, Hold.MAIN, null, null, null);
            return held(user, user.holds().with(placed), Event.Action.USER_HOLD_PLACED, null, null);
        }
        Hold endless = current.withoutEnd(alteration());
        return held(user, user.holds().with(endless), Event.Action.USER_HOLD_CHANGED, null, null);
    }

    private Transition<User> release(
            User user, HoldKind kind, String label, @Nullable String reason, @Nullable String note) {
        return held(user, user.holds().without(kind, label), Event.Action.USER_HOLD_RELEASED, reason, note);
    }

    private Transition<User> lift(User user, HoldKind kind) {
        List<Hold> others = user.holds().all().stream()
                .filter(hold -> hold.kind() == kind && !hold.label().equals(Hold.MAIN))
                .toList();
        if (!others.isEmpty()) {
            return new Transition.Refused<>(new Refusal.StillHeld(others));
        }
        return release(user, kind, Hold.MAIN, null, null);
    }

    private Transition<User> toggleSuspension(User user) {
        if (user.holds().get(HoldKind.SUSPENDED, Hold.MAIN) != null) {
            return lift(user, HoldKind.SUSPENDED);
        }
        List<Hold> denying = user.holds().denying(now);
        return denying.isEmpty()
                ? assertHold(user, HoldKind.SUSPENDED)
                : new Transition.Refused<>(new Refusal.StillHeld(denying));
    }

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

    private Transition<User> expect(User user, Set<Status> statuses) {
        return statuses.contains(user.holds().status(now))
                ? new Transition.Unchanged<>()
                : new Transition.Refused<>(
                        new Refusal.StillHeld(user.holds().at(now).all()));
    }

    private Transition<User> remove(User user, Event.Action action, @Nullable String reason, @Nullable String note) {
        if (user.isRemoved()) {
            return new Transition.Unchanged<>();
        }
        if (isLastSuper(user)) {
            return new Transition.Refused<>(new Refusal.LastSuper());
        }
        Hold removed = hold(HoldKind.REMOVED, Hold.MAIN, reason, note, null);
        return held(user, user.holds().with(removed), action, reason, note);
    }

    /// What the user leaves behind is for the caller to see to; who is removed already may still have that to
    /// leave.
    private Transition<User> expel(User user, @Nullable String reason, @Nullable String note) {
        return user.isRemoved() && new MembershipRules(realm.memberships()).has(user)
                ? new Transition.Changed<>(user, Event.Action.USER_EXPELLED, reason, note)
                : remove(user, Event.Action.USER_EXPELLED, reason, note);
    }

    private Transition<User> restore(User user, @Nullable String reason, @Nullable String note) {
        return held(user, user.holds().without(HoldKind.REMOVED, Hold.MAIN), Event.Action.USER_RESTORED, reason, note);
    }

    private Transition<User> bar(User user, @Nullable String reason, @Nullable String note) {
        if (user.isBarred()) {
            return new Transition.Unchanged<>();
        }
        if (isLastSuper(user)) {
            return new Transition.Refused<>(new Refusal.LastSuper());
        }
        Holds holds = user.holds().each(hold -> hold.withoutEnd(alteration()));
        if (!user.isRemoved()) {
            holds = holds.with(hold(HoldKind.REMOVED, Hold.MAIN, reason, note, null));
        }
        holds = holds.with(hold(HoldKind.BARRED, Hold.MAIN, reason, note, null));
        fingerprints(user).forEach(print -> people.bar(print, user.id()));
        return held(user, holds, Event.Action.USER_BARRED, reason, note);
    }

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
                made.add(prints.of(identifier.key()));
            }
        }
        return made;
    }

    private Transition<User> erase(User user, @Nullable String reason, @Nullable String note) {
        if (user.isErased()) {
            return new Transition.Unchanged<>();
        }
        if (isLastSuper(user)) {
            return new Transition.Refused<>(new Refusal.LastSuper());
        }
        User.Draft draft = user.draft();
        UserFields.erase(draft);
        draft.holds = user.holds().each(Hold::withoutWords);
        if (!user.isRemoved()) {
            draft.holds = draft.holds.with(hold(HoldKind.REMOVED, Hold.MAIN, null, null, null));
        }
        draft.erasedAt = now;
        return become(user, draft, Event.Action.USER_ERASED, reason, note);
    }

    private Hold hold(
            HoldKind kind, String label, @Nullable String reason, @Nullable String note, @Nullable Instant until) {
        return new Hold(kind, label, reason, note, actor.ref(), now, until);
    }

    private Hold.Alteration alteration() {
        return new Hold.Alteration(actor.ref(), now);
    }

    // Rank, tag and enrolment.

    private Transition<User> changeRank(User user, Rank rank) {
        if (rank == user.rank()) {
            return new Transition.Unchanged<>();
        }
        if (user.tag() == Tag.GUEST) {
            return new Transition.Refused<>(new Refusal.GuestNotAllowed());
        }
        if (actor.rank() != Rank.SUPER) {
            return new Transition.Refused<>(new Refusal.Forbidden("rank SUPER"));
        }
        if (isLastSuper(user)) {
            return new Transition.Refused<>(new Refusal.LastSuper());
        }
        User.Draft draft = user.draft();
        draft.rank = rank;
        return become(user, draft, Event.Action.USER_RANK_CHANGED, null, null);
    }

    private boolean isLastSuper(User user) {
        return user.isSuperInService() && realm.counters().supersInService() <= 1;
    }

    private Transition<User> promote(User user, @Nullable String reason, @Nullable String note) {
        if (user.tag() != Tag.GUEST) {
            return new Transition.Refused<>(new Refusal.NotGuest());
        }
        User.Draft draft = user.draft();
        draft.tag = Tag.USER;
        return become(user, draft, Event.Action.USER_PROMOTED, reason, note);
    }

    private Transition<User> allowReenrolment(User user, boolean allowed) {
        Enrolment next = switch (user.enrolment()) {
            case Enrolment.None none -> none;
            case Enrolment.Enrolled enrolled -> allowed ? new Enrolment.ReenrolmentAllowed(enrolled) : enrolled;
            case Enrolment.ReenrolmentAllowed open -> allowed ? open : open.previous();
        };
        User.Draft draft = user.draft();
        draft.enrolment = next;
        return become(
                user,
                draft,
                allowed ? Event.Action.USER_REENROLMENT_ALLOWED : Event.Action.USER_REENROLMENT_WITHDRAWN,
                null,
                null);
    }

    // What all have in common.

    private Transition<User> held(
            User user, Holds holds, Event.Action action, @Nullable String reason, @Nullable String note) {
        User.Draft draft = user.draft();
        draft.holds = holds;
        if (holds.decision(now) == Decision.ALLOW && user.holds().decision(now) != Decision.ALLOW) {
            draft.activeAt = now;
        }
        return become(user, draft, action, reason, note);
    }

    private static Transition<User> become(
            User before, User.Draft draft, Event.Action action, @Nullable String reason, @Nullable String note) {
        User after = draft.build();
        return after.equals(before)
                ? new Transition.Unchanged<>()
                : new Transition.Changed<>(after, action, reason, note);
    }
}
