package dev.muster.model.rules;

import dev.muster.model.ApprovalCommand;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.JobCommand;
import dev.muster.model.JournalCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Hold;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides requests about users. It applies [UserRules] to the stored user, command by command, and journals the
/// changes, including those to the user's groups, policies and jobs.
final class UserDecider {
    private final Context context;
    private final WorkingSet realm;
    private final UserRules rules;

    UserDecider(Context context) {
        this.context = context;
        this.realm = context.realm();
        this.rules = new UserRules(context);
    }

    // Planning

    static void plan(Command.Register register, LoadPlan plan, Fingerprint.Maker fingerprints) {
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            IdentifierRules.plan(register.identifier(kind), plan, fingerprints);
        }
    }

    static void plan(Command.OnUser command, LoadPlan plan, Fingerprint.Maker fingerprints) {
        switch (command) {
            case Command.Update update -> {
                for (Identifier.Kind kind : Identifier.Kind.values()) {
                    IdentifierRules.plan(Edit.applied(update.identifier(kind), null), plan, fingerprints);
                }
            }
            case Command.ReplaceCards(var cards, var duplicates) -> {
                if (!duplicates) {
                    cards.forEach(card -> plan.people.cards.add(fingerprints.ofCard(card.number())));
                }
            }
            // These commands end the user's memberships and assignments, or change whether they count.
            case Command.Remove _,
                    Command.Expel _,
                    Command.Restore _,
                    Command.Reinstate _,
                    Command.Bar _,
                    Command.Erase _ -> plan.memberships.affiliations = true;
            case Command.OnHolds _,
                    Command.ChangeRank _,
                    Command.Promote _,
                    Command.ConfirmEmail _,
                    Command.RequestInvitation _,
                    Command.ReplaceWorkstations _,
                    Command.AllowReenrolment _,
                    Command.EndHolds _ -> {}
        }
    }

    // Deciding

    /// Registers a user and executes the commands that follow: either all of them or none.
    ///
    /// @param following commands on the new user or on group memberships
    Result<Change> register(Command.Register register, List<Command> following, Supplier<UUID> freshId) {
        List<Event> events = new ArrayList<>(1 + following.size());
        Result<User> result = register(register, freshId.get(), events);
        for (int i = 0; i < following.size() && result instanceof Result.Ok<User>(var user); i++) {
            result = switch (following.get(i)) {
                case Command.OnUser onUser -> change(user, onUser, user.version(), events);
                case Command.OnGroups onGroups ->
                    new GroupDecider(context).decide(onGroups, freshId).map(change -> {
                        events.addAll(change.events());
                        return user;
                    });
                case Command.Register _,
                        Command.PutUser _,
                        Command.OnCredentials _,
                        Command.CreateTenant _,
                        Command.OnPolicies _,
                        JobCommand _,
                        Command.SetQuotas _,
                        JournalCommand _,
                        Command.SetApprovalRules _,
                        ApprovalCommand _,
                        WebhookCommand _,
                        Command.NoteSignature _ ->
                    throw new IllegalArgumentException("must not follow a registration: " + following);
            };
        }
        return result.map(user -> context.changed(new Change.OfUser(user), events));
    }

    /// Registers a user and adds the event to `events`. Refuses: Invalid, Barred, Taken, OverQuota.
    Result<User> register(Command.Register register, UUID id, List<Event> events) {
        return rules.register(register, id).map(user -> {
            realm.people().put(user);
            JobClaims.claim(context, null, user);
            events.add(event(Event.Action.USER_REGISTERED, user, UserFields.diff(null, user)));
            return user;
        });
    }

    /// Creates the user with an external id, or replaces that user's fields. Refuses: whatever [#register] and
    /// [#change] refuse; NotFound or Barred if the user must exist but does not; Stale if the user must not exist
    /// but does; Invalid if the tag differs.
    Result<Change> put(Command.PutUser put, @Nullable Set<Long> ifMatch, Supplier<UUID> freshId) {
        Identifier externalId = Objects.requireNonNull(put.fields().externalId());
        UserRef ref = new UserRef.ByIdentifier(externalId.key());
        User stored = realm.people().find(ref);
        if (stored == null) {
            return put.when() == Command.PutUser.Precondition.PRESENT || ifMatch != null
                    ? Result.refused(new Lookup(context).missing(ref))
                    : register(put.fields(), List.of(), freshId);
        }
        if (put.when() == Command.PutUser.Precondition.ABSENT) {
            return Result.refused(new Refusal.Stale(stored.version()));
        }
        if (put.tag() != null && put.tag() != stored.tag()) {
            return Result.refused(new Refusal.Invalid(
                    "tag", "not_changed", "Must be " + stored.tag() + ": only promoting changes the tag."));
        }
        return change(ref, List.of(replacement(put.fields())), ifMatch);
    }

    /// Sets every field except the external id to its new value, or clears it.
    private static Command replacement(Command.Register fields) {
        return Command.Update.of(edits -> {
            edits.email = new Edit<>(fields.email());
            edits.username = new Edit<>(fields.username());
            edits.name = new Edit<>(fields.name());
            edits.givenName = new Edit<>(fields.givenName());
            edits.familyName = new Edit<>(fields.familyName());
            edits.metadata = new Edit<>(fields.metadata());
        });
    }

    /// Applies either all of `commands` to one user, or none.
    ///
    /// @param ifMatch the versions that the user may have; null for any version
    Result<Change> change(UserRef target, List<Command> commands, @Nullable Set<Long> ifMatch) {
        User stored = realm.people().find(target);
        if (stored == null) {
            return Result.refused(new Lookup(context).missing(target));
        }
        if (ifMatch != null && !ifMatch.contains(stored.version())) {
            return Result.refused(new Refusal.Stale(stored.version()));
        }
        List<Event> events = new ArrayList<>(2);
        User user = endHolds(stored, events);
        boolean ended = !events.isEmpty();
        boolean unchanged = true;
        for (Command command : commands) {
            if (!(command instanceof Command.OnUser onUser)) {
                throw new IllegalArgumentException("is not about a user: " + command);
            }
            Transition<User> step = rules.apply(user, onUser);
            if (step instanceof Transition.Refused<User>(var refusal)) {
                return Result.refused(refusal);
            }
            unchanged &= step instanceof Transition.Unchanged;
            user = carryOut(user, step, stored.version() + 1, events);
        }
        if (unchanged) {
            // The request changes nothing. `HoldExpiry` or the next change will journal the expired holds.
            events.clear();
        } else if (ended) {
            realm.people().put(user);
        }
        return Result.ok(context.changed(new Change.OfUser(user), events));
    }

    private Result<User> change(User user, Command.OnUser command, long version, List<Event> events) {
        Transition<User> step = rules.apply(user, command);
        return step instanceof Transition.Refused<User>(var refusal)
                ? Result.refused(refusal)
                : Result.ok(carryOut(user, step, version, events));
    }

    /// Returns the user after `step`, and adds its events to `events`.
    ///
    /// @param version the user's new version if the step changes the user
    private User carryOut(User user, Transition<User> step, long version, List<Event> events) {
        return switch (step) {
            case Transition.Refused<User> no -> throw new IllegalArgumentException("refused: " + no);
            case Transition.Unchanged<User>(), Transition.Ended<User>() -> user;
            case Transition.Noted<User>(var action) -> {
                events.add(event(action, user, Changes.NONE));
                yield user;
            }
            case Transition.Changed<User>(var after, var action, var reason, var note) -> {
                User.Draft draft = after.draft();
                draft.version = version;
                draft.updatedAt = context.now();
                User next = draft.build();
                MembershipRules.Departure departure = updateMemberships(user, next, action);
                Changes changes = changes(user, next, action).and(departure.left());
                events.add(context.event(action, new Change.OfUser(next).subject(), reason, note, changes));
                events.addAll(departure.events(context));
                updateCards(user, next);
                realm.people().put(next);
                JobClaims.claim(context, user, next);
                yield next;
            }
        };
    }

    /// Returns `stored` without expired holds. Adds one event for each time at which holds ended, dated with that
    /// time.
    private User endHolds(User stored, List<Event> events) {
        TreeSet<Instant> ends = new TreeSet<>();
        for (Hold hold : stored.holds().all()) {
            if (!hold.inEffect(context.now())) {
                ends.add(Objects.requireNonNull(hold.until()));
            }
        }
        User user = stored;
        for (Instant end : ends) {
            User next = user.at(end);
            events.add(new Event(
                    end,
                    ActorRef.SYSTEM,
                    Event.Action.USER_HOLD_ENDED,
                    new Change.OfUser(next).subject(),
                    null,
                    null,
                    UserFields.diff(user, next),
                    null));
            user = next;
        }
        return user;
    }

    private Event event(Event.Action action, User user, Changes changes) {
        return context.event(action, new Change.OfUser(user).subject(), changes);
    }

    /// The journal entry must not contain the erased data.
    private static Changes changes(User before, User after, Event.Action action) {
        return action == Event.Action.USER_ERASED ? Changes.NONE : UserFields.diff(before, after);
    }

    /// Updates the user's groups and policies.
    private MembershipRules.Departure updateMemberships(User before, User after, Event.Action action) {
        MembershipRules membershipRules = new MembershipRules(realm.memberships());
        if (action == Event.Action.USER_EXPELLED || action == Event.Action.USER_BARRED) {
            return membershipRules.leave(before, true);
        }
        if (action == Event.Action.USER_ERASED) {
            membershipRules.leave(before, false);
        } else {
            membershipRules.count(before, after);
        }
        return MembershipRules.Departure.NONE;
    }

    private void updateCards(User before, User after) {
        if (!before.cards().equals(after.cards())) {
            realm.people().putCards(after.id(), cardFingerprints(before), cardFingerprints(after));
        }
    }

    private List<Fingerprint> cardFingerprints(User user) {
        return user.cards().stream()
                .map(card -> context.fingerprints().ofCard(card.number()))
                .toList();
    }
}
