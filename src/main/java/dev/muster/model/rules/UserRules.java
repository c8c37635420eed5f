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
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Determines what each command does to a user and when it is refused. The rules are pure functions of the user's
/// current state, the command, the actor and the time. The working set supplies the facts about others: who else has an
/// identifier or a card, which fingerprints are barred, and how many SUPERs remain.
final class UserRules {
    private final Context context;
    private final WorkingSet realm;
    private final PeopleState people;
    private final HoldRules holds;
    private final IdentifierRules identifiers;
    private final Fingerprint.Maker fingerprints;
    private final Actor actor;
    private final Instant now;

    UserRules(Context context) {
        this.context = context;
        this.realm = context.realm();
        this.holds = new HoldRules(context);
        this.people = realm.people();
        this.identifiers = new IdentifierRules(context);
        this.fingerprints = context.fingerprints();
        this.actor = context.actor();
        this.now = context.now();
    }

    /// Creates a user with version 1. Refuses: Invalid, Barred, Taken, OverQuota.
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
        User.Draft draft = new User.Draft(id, realm.takeNumber(), now);
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

    /// Applies `command` to `user`, who must be in their current state, without expired holds.
    Transition<User> apply(User user, Command.OnUser command) {
        Refusal refusal = refusalForState(user, command);
        if (refusal != null) {
            return new Transition.Refused<>(refusal);
        }
        return switch (command) {
            case Command.Update update -> update(user, update);
            case Command.OnHolds onHolds -> holds.apply(user, onHolds);
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

    /// Why `command` cannot be applied to a user in this state; null if it can. Refuses: Erased, Barred, Removed.
    private static @Nullable Refusal refusalForState(User user, Command.OnUser command) {
        Refusal refusal = Lookup.outOfService(user);
        if (refusal == null) {
            return null;
        }
        AllowedUsers needed =
                user.isErased() ? AllowedUsers.ERASED : user.isBarred() ? AllowedUsers.BARRED : AllowedUsers.REMOVED;
        return allowedUsers(command).compareTo(needed) >= 0 ? null : refusal;
    }

    /// The users to which a command may be applied. Each constant includes those before it.
    private enum AllowedUsers {
        IN_SERVICE,
        REMOVED,
        BARRED,
        ERASED
    }

    private static AllowedUsers allowedUsers(Command.OnUser command) {
        return switch (command) {
            case Command.Erase _, Command.EndHolds _ -> AllowedUsers.ERASED;
            case Command.Bar _, Command.AnnulBar _ -> AllowedUsers.BARRED;
            case Command.Update update -> update.isOpenToRemoved() ? AllowedUsers.REMOVED : AllowedUsers.IN_SERVICE;
            case Command.ToggleSuspension _ -> AllowedUsers.IN_SERVICE;
            case Command.OnHolds _ -> AllowedUsers.REMOVED;
            case Command.ChangeRank _,
                    Command.Promote _,
                    Command.ConfirmEmail _,
                    Command.RequestInvitation _,
                    Command.ReplaceCards _,
                    Command.ReplaceWorkstations _,
                    Command.AllowReenrolment _ -> AllowedUsers.IN_SERVICE;
        };
    }

    // Fields

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
        return Transition.to(user, draft, Event.Action.USER_UPDATED, null, null);
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
        return Transition.to(user, draft, Event.Action.USER_EMAIL_CONFIRMED, reason, note);
    }

    private static Transition<User> requestInvitation(User user) {
        if (user.email() == null) {
            return new Transition.Refused<>(
                    new Refusal.Invalid("email", "required", "Is required, because the invitation is sent to it."));
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
                for (UUID holder : people.holdersOfCard(fingerprints.ofCard(number))) {
                    if (!holder.equals(user.id())) {
                        return new Transition.Refused<>(new Refusal.Taken("cards[" + i + "].number", holder, false));
                    }
                }
            }
        }
        User.Draft draft = user.draft();
        draft.cards = List.copyOf(cards);
        return Transition.to(user, draft, Event.Action.USER_CARDS_REPLACED, null, null);
    }

    private Transition<User> replaceWorkstations(User user, List<String> workstations) {
        User.Draft draft = user.draft();
        draft.workstations = List.copyOf(workstations);
        return Transition.to(user, draft, Event.Action.USER_WORKSTATIONS_REPLACED, null, null);
    }

    /// Erases the user. Refuses: LastSuper.
    private Transition<User> erase(User user, @Nullable String reason, @Nullable String note) {
        if (user.isErased()) {
            return new Transition.Unchanged<>();
        }
        if (context.isLastSuper(user)) {
            return new Transition.Refused<>(new Refusal.LastSuper());
        }
        User.Draft draft = user.draft();
        UserFields.erase(draft);
        draft.holds = user.holds().each(Hold::withoutText);
        if (!user.isRemoved()) {
            draft.holds = draft.holds.with(holds.placed(HoldKind.REMOVED, Hold.MAIN, null, null, null));
        }
        draft.erasedAt = now;
        return Transition.to(user, draft, Event.Action.USER_ERASED, reason, note);
    }

    // Rank, tag and enrolment

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
        if (context.isLastSuper(user)) {
            return new Transition.Refused<>(new Refusal.LastSuper());
        }
        User.Draft draft = user.draft();
        draft.rank = rank;
        return Transition.to(user, draft, Event.Action.USER_RANK_CHANGED, null, null);
    }

    private Transition<User> promote(User user, @Nullable String reason, @Nullable String note) {
        if (user.tag() != Tag.GUEST) {
            return new Transition.Refused<>(new Refusal.NotGuest());
        }
        User.Draft draft = user.draft();
        draft.tag = Tag.USER;
        return Transition.to(user, draft, Event.Action.USER_PROMOTED, reason, note);
    }

    private Transition<User> allowReenrolment(User user, boolean allowed) {
        Enrolment next = switch (user.enrolment()) {
            case Enrolment.None none -> none;
            case Enrolment.Enrolled enrolled -> allowed ? new Enrolment.ReenrolmentAllowed(enrolled) : enrolled;
            case Enrolment.ReenrolmentAllowed open -> allowed ? open : open.previous();
        };
        User.Draft draft = user.draft();
        draft.enrolment = next;
        return Transition.to(
                user,
                draft,
                allowed ? Event.Action.USER_REENROLMENT_ALLOWED : Event.Action.USER_REENROLMENT_WITHDRAWN,
                null,
                null);
    }
}
