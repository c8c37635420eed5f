package dev.muster.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What each command does to a user, and when it is refused: pure functions of the user as seen now, the command,
/// the actor and the moment. The realm's picture is asked for what one user cannot know: who else has an
/// identifier or a card, what is barred, and how many SUPERs are left.
final class UserRules {
    private final Picture realm;
    private final Fingerprint.Maker prints;
    private final Actor actor;
    private final Instant now;

    UserRules(Picture realm, Fingerprint.Maker prints, Actor actor, Instant now) {
        this.realm = realm;
        this.prints = prints;
        this.actor = actor;
        this.now = now;
    }

    /// A new user, or why not. Version and number are set by the caller's picture.
    Step<User> register(Command.Register command, UUID id) {
        if (command.email() == null && command.externalId() == null && command.username() == null) {
            return new Step.No<>(noIdentifier());
        }
        Refusal refusal = unfree(command::identifier, null);
        if (refusal != null) {
            return new Step.No<>(refusal);
        }
        if (realm.counters().users() >= realm.quotas().users()) {
            return new Step.No<>(new Refusal.OverQuota("users", realm.quotas().users()));
        }
        User.Draft draft = new User.Draft(id, realm.takeNumber(), now);
        draft.email = command.email();
        draft.externalId = command.externalId();
        draft.username = command.username();
        draft.name = command.name();
        draft.givenName = command.givenName();
        draft.familyName = command.familyName();
        draft.tag = command.tag();
        draft.metadata = command.metadata();
        return new Step.To<>(draft.build(), Event.Action.USER_REGISTERED);
    }

    /// What `command` does to `user`, who is seen as of now: without holds that are over.
    Step<User> apply(User user, Command.OnUser command) {
        Refusal closed = closed(user, command);
        if (closed != null) {
            return new Step.No<>(closed);
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
            case Command.EndHolds() -> new Step.Same<>();
        };
    }

    /// Why nothing of the sort is done to this user any more, or null.
    private @Nullable Refusal closed(User user, Command.OnUser command) {
        if (command instanceof Command.EndHolds) {
            return null;
        }
        if (user.isErased()) {
            return command instanceof Command.Erase ? null : new Refusal.Erased();
        }
        if (user.isBarred()) {
            boolean open = command instanceof Command.Erase
                    || command instanceof Command.Bar
                    || command instanceof Command.AnnulBar;
            return open ? null : new Refusal.Barred();
        }
        return user.isRemoved() && !openToRemoved(command) ? new Refusal.Removed() : null;
    }

    private static boolean openToRemoved(Command.OnUser command) {
        return switch (command) {
            case Command.Update update -> update.isOpenToRemoved();
            case Command.PlaceHold _,
                    Command.AssertHold _,
                    Command.ReleaseHold _,
                    Command.LiftHold _,
                    Command.Reinstate _,
                    Command.ExpectStatus _,
                    Command.Remove _,
                    Command.Expel _,
                    Command.Restore _,
                    Command.Bar _,
                    Command.AnnulBar _,
                    Command.Erase _,
                    Command.EndHolds _ -> true;
            case Command.ToggleSuspension _,
                    Command.ChangeRank _,
                    Command.Promote _,
                    Command.ConfirmEmail _,
                    Command.RequestInvitation _,
                    Command.ReplaceCards _,
                    Command.ReplaceWorkstations _,
                    Command.AllowReenrolment _ -> false;
        };
    }

    // Fields.

    private Step<User> update(User user, Command.Update update) {
        Refusal refusal = unfree(kind -> Edit.applied(update.identifier(kind), null), user);
        if (refusal != null) {
            return new Step.No<>(refusal);
        }
        User.Draft draft = user.draft();
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            draft.identifier(kind, Edit.applied(update.identifier(kind), user.identifier(kind)));
        }
        if (draft.email == null && draft.externalId == null && draft.username == null) {
            return new Step.No<>(noIdentifier());
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

    /// Why not all of the `wanted` identifiers can be `owner`'s (null: a new user's), or null when they can. A
    /// bar on any of them goes before another owner of any.
    private @Nullable Refusal unfree(Function<Identifier.Kind, @Nullable Identifier> wanted, @Nullable User owner) {
        List<Identifier> fresh = new ArrayList<>(3);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = wanted.apply(kind);
            Identifier own = owner == null ? null : owner.identifier(kind);
            if (identifier != null && (own == null || !own.key().equals(identifier.key()))) {
                fresh.add(identifier);
            }
        }
        for (Identifier identifier : fresh) {
            if (identifier.kind().barrable() && realm.isBarred(prints.of(identifier.key()))) {
                return new Refusal.Barred();
            }
        }
        for (Identifier identifier : fresh) {
            User holder = holder(identifier);
            if (holder != null && (owner == null || !holder.id().equals(owner.id()))) {
                return new Refusal.Taken(
                        identifier.kind().field(),
                        holder.id(),
                        holder.isRemoved() && !holder.isBarred() && !holder.isErased());
            }
        }
        return null;
    }

    /// Whose `identifier` is already: the user's who has it, or whose id it looks like.
    private @Nullable User holder(Identifier identifier) {
        User holder = realm.find(new UserRef.ByIdentifier(identifier.key()));
        UUID likeAnId = Write.idLike(identifier);
        return holder == null && likeAnId != null ? realm.find(UserRef.id(likeAnId)) : holder;
    }

    private static Refusal noIdentifier() {
        return new Refusal.Invalid(
                "", "identifier_required", "At least one of email, externalId and username is required.");
    }

    private Step<User> confirmEmail(User user, @Nullable String reason, @Nullable String note) {
        if (user.email() == null) {
            return new Step.No<>(new Refusal.Invalid("email", "required", "The user has no address to confirm."));
        }
        if (user.emailConfirmedAt() != null) {
            return new Step.Same<>();
        }
        User.Draft draft = user.draft();
        draft.emailConfirmedAt = now;
        return become(user, draft, Event.Action.USER_EMAIL_CONFIRMED, reason, note);
    }

    private static Step<User> requestInvitation(User user) {
        if (user.email() == null) {
            return new Step.No<>(new Refusal.Invalid("email", "required", "Must be there to write to."));
        }
        return user.emailConfirmedAt() == null
                ? new Step.Noted<>(Event.Action.USER_INVITATION_REQUESTED)
                : new Step.No<>(new Refusal.Invalid("email", "confirmed", "Is confirmed already."));
    }

    private Step<User> replaceCards(User user, List<Card> cards, boolean duplicates) {
        Set<String> held = new HashSet<>();
        user.cards().forEach(card -> held.add(card.number()));
        for (int i = 0; i < cards.size() && !duplicates; i++) {
            String number = cards.get(i).number();
            if (!held.contains(number)) {
                for (UUID holder : realm.holdersOfCard(prints.ofCard(number))) {
                    if (!holder.equals(user.id())) {
                        return new Step.No<>(new Refusal.Taken("cards[" + i + "].number", holder, false));
                    }
                }
            }
        }
        User.Draft draft = user.draft();
        draft.cards = List.copyOf(cards);
        return become(user, draft, Event.Action.USER_CARDS_REPLACED, null, null);
    }

    private Step<User> replaceWorkstations(User user, List<String> workstations) {
        User.Draft draft = user.draft();
        draft.workstations = List.copyOf(workstations);
        return become(user, draft, Event.Action.USER_WORKSTATIONS_REPLACED, null, null);
    }

    // Holds.

    private Step<User> place(User user, Command.PlaceHold place) {
        if (place.until() != null && !place.until().isAfter(now)) {
            return new Step.No<>(new Refusal.Invalid("until", "not_in_the_future", "Must lie in the future."));
        }
        Hold current = user.holds().get(place.kind(), place.label());
        if (current == null) {
            Hold placed = hold(place.kind(), place.label(), place.reason(), place.note(), place.until());
            return held(user, user.holds().with(placed), Event.Action.USER_HOLD_PLACED, place.reason(), place.note());
        }
        Hold next = current.with(place.reason(), place.note(), place.until(), alteration());
        return held(user, user.holds().with(next), Event.Action.USER_HOLD_CHANGED, place.reason(), place.note());
    }

    private Step<User> assertHold(User user, HoldKind kind) {
        Hold current = user.holds().get(kind, Hold.MAIN);
        if (current == null) {
            Hold placed = hold(kind, Hold.MAIN, null, null, null);
            return held(user, user.holds().with(placed), Event.Action.USER_HOLD_PLACED, null, null);
        }
        Hold endless = current.withoutEnd(alteration());
        return held(user, user.holds().with(endless), Event.Action.USER_HOLD_CHANGED, null, null);
    }

    private Step<User> release(User user, HoldKind kind, String label, @Nullable String reason, @Nullable String note) {
        return held(user, user.holds().without(kind, label), Event.Action.USER_HOLD_RELEASED, reason, note);
    }

    private Step<User> lift(User user, HoldKind kind) {
        List<Hold> others = user.holds().all().stream()
                .filter(hold -> hold.kind() == kind && !hold.label().equals(Hold.MAIN))
                .toList();
        if (!others.isEmpty()) {
            return new Step.No<>(new Refusal.StillHeld(others));
        }
        return release(user, kind, Hold.MAIN, null, null);
    }

    private Step<User> toggleSuspension(User user) {
        if (user.holds().get(HoldKind.SUSPENDED, Hold.MAIN) != null) {
            return lift(user, HoldKind.SUSPENDED);
        }
        List<Hold> denying = user.holds().denying(now);
        return denying.isEmpty() ? assertHold(user, HoldKind.SUSPENDED) : new Step.No<>(new Refusal.StillHeld(denying));
    }

    private Step<User> reinstate(User user, @Nullable String reason, @Nullable String note) {
        Holds left = user.holds()
                .without(HoldKind.DEACTIVATED, Hold.MAIN)
                .without(HoldKind.SUSPENDED, Hold.MAIN)
                .without(HoldKind.REMOVED, Hold.MAIN);
        List<Hold> denying = left.denying(now);
        if (!denying.isEmpty()) {
            return new Step.No<>(new Refusal.StillHeld(denying));
        }
        return held(user, left, Event.Action.USER_REINSTATED, reason, note);
    }

    private Step<User> expect(User user, Set<Status> statuses) {
        return statuses.contains(user.holds().status(now))
                ? new Step.Same<>()
                : new Step.No<>(new Refusal.StillHeld(user.holds().at(now).all()));
    }

    private Step<User> remove(User user, Event.Action action, @Nullable String reason, @Nullable String note) {
        if (user.isRemoved()) {
            return new Step.Same<>();
        }
        if (isLastSuper(user)) {
            return new Step.No<>(new Refusal.LastSuper());
        }
        Hold removed = hold(HoldKind.REMOVED, Hold.MAIN, reason, note, null);
        return held(user, user.holds().with(removed), action, reason, note);
    }

    /// What the user leaves behind is for the caller to see to; who is removed already may still have that to
    /// leave.
    private Step<User> expel(User user, @Nullable String reason, @Nullable String note) {
        return user.isRemoved() && new Affiliating(realm).has(user)
                ? new Step.To<>(user, Event.Action.USER_EXPELLED, reason, note)
                : remove(user, Event.Action.USER_EXPELLED, reason, note);
    }

    private Step<User> restore(User user, @Nullable String reason, @Nullable String note) {
        return held(user, user.holds().without(HoldKind.REMOVED, Hold.MAIN), Event.Action.USER_RESTORED, reason, note);
    }

    private Step<User> bar(User user, @Nullable String reason, @Nullable String note) {
        if (user.isBarred()) {
            return new Step.Same<>();
        }
        if (isLastSuper(user)) {
            return new Step.No<>(new Refusal.LastSuper());
        }
        Holds holds = user.holds().each(hold -> hold.withoutEnd(alteration()));
        if (!user.isRemoved()) {
            holds = holds.with(hold(HoldKind.REMOVED, Hold.MAIN, reason, note, null));
        }
        holds = holds.with(hold(HoldKind.BARRED, Hold.MAIN, reason, note, null));
        fingerprints(user).forEach(print -> realm.bar(print, user.id()));
        return held(user, holds, Event.Action.USER_BARRED, reason, note);
    }

    private Step<User> annulBar(User user, String reason) {
        if (!user.isBarred()) {
            return new Step.Same<>();
        }
        fingerprints(user).forEach(realm::annulBar);
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

    private Step<User> erase(User user, @Nullable String reason, @Nullable String note) {
        if (user.isErased()) {
            return new Step.Same<>();
        }
        if (isLastSuper(user)) {
            return new Step.No<>(new Refusal.LastSuper());
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

    private Step<User> changeRank(User user, Rank rank) {
        if (rank == user.rank()) {
            return new Step.Same<>();
        }
        if (user.tag() == Tag.GUEST) {
            return new Step.No<>(new Refusal.GuestNotAllowed());
        }
        if (actor.rank() != Rank.SUPER) {
            return new Step.No<>(new Refusal.Forbidden("rank SUPER"));
        }
        if (isLastSuper(user)) {
            return new Step.No<>(new Refusal.LastSuper());
        }
        User.Draft draft = user.draft();
        draft.rank = rank;
        return become(user, draft, Event.Action.USER_RANK_CHANGED, null, null);
    }

    private boolean isLastSuper(User user) {
        return user.isSuperInService() && realm.counters().supersInService() <= 1;
    }

    private Step<User> promote(User user, @Nullable String reason, @Nullable String note) {
        if (user.tag() != Tag.GUEST) {
            return new Step.No<>(new Refusal.NotGuest());
        }
        User.Draft draft = user.draft();
        draft.tag = Tag.USER;
        return become(user, draft, Event.Action.USER_PROMOTED, reason, note);
    }

    private Step<User> allowReenrolment(User user, boolean allowed) {
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

    private Step<User> held(
            User user, Holds holds, Event.Action action, @Nullable String reason, @Nullable String note) {
        User.Draft draft = user.draft();
        draft.holds = holds;
        if (holds.decision(now) == Decision.ALLOW && user.holds().decision(now) != Decision.ALLOW) {
            draft.activeAt = now;
        }
        return become(user, draft, action, reason, note);
    }

    private static Step<User> become(
            User before, User.Draft draft, Event.Action action, @Nullable String reason, @Nullable String note) {
        User after = draft.build();
        return after.equals(before) ? new Step.Same<>() : new Step.To<>(after, action, reason, note);
    }
}
