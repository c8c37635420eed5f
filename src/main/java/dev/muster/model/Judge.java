package dev.muster.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Judges whole requests against a picture of their realm at one moment. It changes the picture it is given, also
/// when it refuses: give it an overlay, and merge that only when the result is [Result.Ok].
public final class Judge {
    private final Picture realm;
    private final Environment environment;
    private final Fingerprint.Maker prints;
    private final Instant now;

    public Judge(Picture realm, Environment environment, Fingerprint.Maker prints, Instant now) {
        this.realm = realm;
        this.environment = environment;
        this.prints = prints;
        this.now = now;
    }

    /// What `write` does. The actor is judged as the picture knows them now, not as they were when they asked; what
    /// they left at the door, because another credential of the same request may not do it, stays there.
    ///
    /// @param freshId ids for what the request makes and brings none for
    public Result<Change> judge(Write write, Supplier<UUID> freshId) {
        Actor actor = present(write.actor());
        if (actor == null) {
            return Result.refused(new Refusal.Unauthenticated());
        }
        for (Command command : write.commands()) {
            Refusal refusal = forbidden(actor, command);
            if (refusal != null) {
                return Result.refused(refusal);
            }
        }
        if (write.target() != null) {
            return changeUser(actor, write.target(), write);
        }
        if (write.commands().getFirst() instanceof Command.Register register) {
            return register(actor, register, write.commands(), freshId);
        }
        if (write.commands().size() != 1) {
            throw new IllegalArgumentException("a request about no user has one command");
        }
        return switch (write.commands().getFirst()) {
            case Command.Register register -> throw new IllegalStateException("judged above: " + register);
            case Command.PutUser put -> put(actor, put, write.ifMatch(), freshId);
            case Command.OnCredentials command -> changeCredentials(actor, command, freshId);
            case Command.CreateTenant command -> createTenant(command, freshId.get());
            case Command.OnGroups command -> new GroupJudge(realm, prints, actor, now).judge(command, freshId);
            case Command.OnPolicies command -> new PolicyJudge(realm, prints, actor, now).judge(command, freshId);
            case Command.OnJobs command -> new JobJudge(realm, environment, prints, actor, now).judge(command, freshId);
            case Command.SetQuotas(var quotas) -> setQuotas(actor, quotas);
            case Command.NoteSignature() -> Result.ok(new Change(now, new Change.OfNothing(), List.of(), false));
            case Command.OnUser command -> throw new IllegalArgumentException("needs a user: " + command);
        };
    }

    private @Nullable Actor present(Actor actor) {
        return switch (actor.ref().kind()) {
            case ROOT, SYSTEM -> actor;
            case API_KEY -> {
                ApiKey key = realm.key(actor.ref().id());
                yield key == null || !key.isLive(now) ? null : key.actor().within(actor);
            }
            case OPERATOR -> {
                Operator operator = realm.operator(actor.ref().id());
                yield operator == null || !operator.isLive() || operator.generation() != actor.generation()
                        ? null
                        : through(operator.actor().within(actor), actor.keys());
            }
        };
    }

    /// The operator with no more than the keys they act through may do now; null when one of those has ended.
    private @Nullable Actor through(Actor operator, Set<UUID> apiKeys) {
        Actor actor = operator;
        for (UUID id : apiKeys) {
            ApiKey key = realm.key(id);
            if (key == null || !key.isLive(now)) {
                return null;
            }
            actor = actor.through(key.actor());
        }
        return actor;
    }

    private @Nullable Refusal forbidden(Actor actor, Command command) {
        if (command instanceof Command.SignOutOperator(var username) && isThemselves(actor, username)) {
            return null;
        }
        if (command instanceof Command.EndHolds) {
            return actor.ref().kind() == ActorRef.Kind.SYSTEM ? null : new Refusal.Forbidden("system");
        }
        Scope scope = command.scope();
        if (command instanceof Command.CreateKey && actor.isRoot()) {
            return null;
        }
        if (scope == null) {
            return actor.isRoot() ? null : new Refusal.Forbidden("root");
        }
        return actor.may(scope) ? null : new Refusal.Forbidden(scope.word());
    }

    private boolean isThemselves(Actor actor, Identifier.Key username) {
        Operator operator = realm.operatorNamed(username);
        return operator != null && operator.actor().ref().equals(actor.ref());
    }

    // Users.

    /// Registers a user and carries out what follows the registration: all of it, or nothing.
    private Result<Change> register(
            Actor actor, Command.Register register, List<Command> commands, Supplier<UUID> freshId) {
        return register(actor, register, freshId.get()).then(registered -> {
            List<Event> events = new ArrayList<>(registered.events());
            User user = registered.user();
            for (Command command : commands.subList(1, commands.size())) {
                switch (command) {
                    case Command.OnUser onUser -> {
                        switch (change(actor, user, onUser, user.version(), events)) {
                            case Result.Refused<User>(var refusal) -> {
                                return Result.refused(refusal);
                            }
                            case Result.Ok<User>(var changed) -> user = changed;
                        }
                    }
                    case Command.OnGroups onGroups -> {
                        switch (new GroupJudge(realm, prints, actor, now).judge(onGroups, freshId)) {
                            case Result.Refused<Change>(var refusal) -> {
                                return Result.refused(refusal);
                            }
                            case Result.Ok<Change>(var change) -> events.addAll(change.events());
                        }
                    }
                    case Command.Register _,
                            Command.PutUser _,
                            Command.OnCredentials _,
                            Command.CreateTenant _,
                            Command.OnPolicies _,
                            Command.OnJobs _,
                            Command.SetQuotas _,
                            Command.NoteSignature _ ->
                        throw new IllegalArgumentException("does not follow a registration: " + command);
                }
            }
            return Result.ok(new Change(now, new Change.OfUser(user), List.copyOf(events), false));
        });
    }

    private Result<Change> register(Actor actor, Command.Register command, UUID id) {
        return switch (new UserRules(realm, prints, actor, now).register(command, id)) {
            case Step.No<User>(var refusal) -> Result.refused(refusal);
            case Step.Same<User>(), Step.Noted<User> _ ->
                throw new IllegalStateException("a registration always changes");
            case Step.To<User>(var made, var action, var reason, var note) -> {
                User.Draft draft = made.draft();
                draft.version = 1;
                User user = draft.build();
                realm.put(user);
                JobClaims.claim(realm, prints, null, user);
                Event event =
                        new Event(now, actor.ref(), action, subject(user), reason, note, UserFields.diff(null, user));
                yield Result.ok(new Change(now, new Change.OfUser(user), List.of(event), false));
            }
        };
    }

    private Result<Change> put(Actor actor, Command.PutUser put, @Nullable Long ifMatch, Supplier<UUID> freshId) {
        Identifier externalId = Objects.requireNonNull(put.fields().externalId());
        UserRef ref = new UserRef.ByIdentifier(externalId.key());
        User stored = realm.find(ref);
        if (stored == null) {
            return put.when() == Command.PutUser.When.PRESENT || ifMatch != null
                    ? Result.refused(new Lookup(realm, prints).missing(ref))
                    : register(actor, put.fields(), freshId.get());
        }
        if (put.when() == Command.PutUser.When.ABSENT) {
            return Result.refused(new Refusal.Stale(stored.version()));
        }
        if (put.tag() != null && put.tag() != stored.tag()) {
            return Result.refused(new Refusal.Invalid(
                    "tag", "not_changed", "Must be " + stored.tag() + ": only promoting changes the tag."));
        }
        return changeUser(actor, ref, new Write(actor, ref, List.of(put.update()), ifMatch));
    }

    private Result<Change> changeUser(Actor actor, UserRef target, Write write) {
        User stored = realm.find(target);
        if (stored == null) {
            return Result.refused(new Lookup(realm, prints).missing(target));
        }
        if (write.ifMatch() != null && write.ifMatch() != stored.version()) {
            return Result.refused(new Refusal.Stale(stored.version()));
        }
        List<Event> events = new ArrayList<>(2);
        User user = endHolds(stored, events);
        int ended = events.size();
        boolean endings = false;
        for (Command command : write.commands()) {
            if (!(command instanceof Command.OnUser onUser)) {
                throw new IllegalArgumentException("is not about a user: " + command);
            }
            endings |= command instanceof Command.EndHolds;
            switch (change(actor, user, onUser, stored.version() + 1, events)) {
                case Result.Refused<User>(var refusal) -> {
                    return Result.refused(refusal);
                }
                case Result.Ok<User>(var changed) -> user = changed;
            }
        }
        if (events.size() == ended && !endings) {
            // Nothing was asked that is not so already; endings wait for upkeep or for a change.
            events.clear();
        } else if (ended > 0) {
            realm.put(user);
        }
        return Result.ok(new Change(now, new Change.OfUser(user), List.copyOf(events), false));
    }

    /// `user` after `command`, with its events added to `events`.
    ///
    /// @param version what a changed user gets
    private Result<User> change(Actor actor, User user, Command.OnUser command, long version, List<Event> events) {
        return switch (new UserRules(realm, prints, actor, now).apply(user, command)) {
            case Step.No<User>(var refusal) -> Result.refused(refusal);
            case Step.Same<User>() -> Result.ok(user);
            case Step.Noted<User>(var action) -> {
                events.add(new Event(now, actor.ref(), action, subject(user), null, null, Changes.NONE));
                yield Result.ok(user);
            }
            case Step.To<User>(var after, var action, var reason, var note) -> {
                User.Draft draft = after.draft();
                draft.version = version;
                draft.updatedAt = now;
                User next = draft.build();
                Affiliating.Departure departure = follow(user, next, action);
                Changes changes = changes(user, next, action).and(departure.left());
                events.add(new Event(now, actor.ref(), action, subject(next), reason, note, changes));
                events.addAll(Affiliating.events(departure, actor, now));
                noteCards(user, next);
                realm.put(next);
                JobClaims.claim(realm, prints, user, next);
                yield Result.ok(next);
            }
        };
    }

    /// `stored` without the holds that are over, each end an event of its own at its own time.
    private User endHolds(User stored, List<Event> events) {
        TreeSet<Instant> ends = new TreeSet<>();
        for (Hold hold : stored.holds().all()) {
            if (!hold.inEffect(now)) {
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
                    subject(next),
                    null,
                    null,
                    UserFields.diff(user, next)));
            user = next;
        }
        return user;
    }

    /// What an erasure took away must not stand in the entry that tells of it.
    private static Changes changes(User before, User after, Event.Action action) {
        return action == Event.Action.USER_ERASED ? Changes.NONE : UserFields.diff(before, after);
    }

    /// What becomes of the user's groups and policies.
    private Affiliating.Departure follow(User before, User after, Event.Action action) {
        Affiliating affiliating = new Affiliating(realm);
        if (action == Event.Action.USER_EXPELLED || action == Event.Action.USER_BARRED) {
            return affiliating.leave(before, true);
        }
        if (action == Event.Action.USER_ERASED) {
            affiliating.leave(before, false);
        } else {
            affiliating.count(before, after);
        }
        return Affiliating.Departure.UNTOLD;
    }

    private void noteCards(User before, User after) {
        if (!before.cards().equals(after.cards())) {
            realm.putCards(after.id(), cardPrints(before), cardPrints(after));
        }
    }

    private List<Fingerprint> cardPrints(User user) {
        return user.cards().stream().map(card -> prints.ofCard(card.number())).toList();
    }

    private static Event.Subject subject(User user) {
        return new Event.Subject(Event.Subject.Type.USER, user.id());
    }

    // Keys, operators and tenants.

    private Result<Change> changeCredentials(Actor actor, Command.OnCredentials command, Supplier<UUID> freshId) {
        CredentialRules rules = new CredentialRules(realm, actor, now);
        return switch (command) {
            case Command.CreateKey create -> createKey(actor, rules.create(create));
            case Command.ExpireKey expire -> rules.expire(expire).map(key -> expiring(actor, key));
            case Command.RevokeKey revoke -> rules.revoke(revoke).then(revocation -> revoked(actor, revocation));
            case Command.CreateOperator create -> operator(actor, null, rules.create(create, freshId.get()));
            case Command.DisableOperator(var username) -> onOperator(actor, username, rules::disable);
            case Command.EnableOperator(var username) -> onOperator(actor, username, rules::enable);
            case Command.SignOutOperator(var username) -> onOperator(actor, username, rules::signOut);
            case Command.ChangeOperatorRole(var username, var role) ->
                onOperator(actor, username, operator -> rules.changeRole(operator, role));
            case Command.DeleteOperator(var username) -> onOperator(actor, username, rules::delete);
            case Command.ChangePassword(var username, var hash) ->
                onOperator(actor, username, operator -> rules.changePassword(operator, hash));
        };
    }

    private Result<Change> createKey(Actor actor, Result<ApiKey> made) {
        return made.map(key -> {
            realm.put(key);
            Event event = event(actor, Event.Action.KEY_CREATED, key, CredentialRules.created(key));
            return new Change(now, new Change.OfKey(key), List.of(event), false);
        });
    }

    private Change expiring(Actor actor, ApiKey key) {
        ApiKey before = Objects.requireNonNull(realm.key(key.id()));
        if (before.equals(key)) {
            return new Change(now, new Change.OfKey(key), List.of(), false);
        }
        realm.put(key);
        Event event = event(actor, Event.Action.KEY_EXPIRY_CHANGED, key, CredentialRules.changed(before, key));
        return new Change(now, new Change.OfKey(key), List.of(event), false);
    }

    /// One change: the key that was asked for, and all that goes with it, each with an entry of its own.
    private Result<Change> revoked(Actor actor, CredentialRules.Revocation revocation) {
        List<Event> events = new ArrayList<>(1);
        for (ApiKey key : revocation.keys()) {
            realm.put(key);
            events.add(event(actor, Event.Action.KEY_REVOKED, key, CredentialRules.REVOKED));
        }
        for (Operator operator : revocation.operators()) {
            Operator before = Objects.requireNonNull(realm.operator(operator.id()));
            realm.put(operator);
            events.add(
                    event(actor, Event.Action.OPERATOR_DISABLED, operator, CredentialRules.changed(before, operator)));
        }
        ApiKey asked = Objects.requireNonNull(realm.key(revocation.asked()));
        return Result.ok(new Change(now, new Change.OfKey(asked), List.copyOf(events), false));
    }

    private Event event(Actor actor, Event.Action action, ApiKey key, Changes changes) {
        Event.Subject subject = new Event.Subject(Event.Subject.Type.KEY, key.id());
        return new Event(now, actor.ref(), action, subject, null, null, changes);
    }

    private Event event(Actor actor, Event.Action action, Operator operator, Changes changes) {
        Event.Subject subject = new Event.Subject(Event.Subject.Type.OPERATOR, operator.id());
        return new Event(now, actor.ref(), action, subject, null, null, changes);
    }

    private interface OperatorRule {
        Step<Operator> apply(Operator operator);
    }

    private Result<Change> onOperator(Actor actor, Identifier.Key username, OperatorRule rule) {
        Operator before = realm.operatorNamed(username);
        return before == null
                ? Result.refused(new Refusal.NotFound("operator", username.folded()))
                : operator(actor, before, rule.apply(before));
    }

    private Result<Change> operator(Actor actor, @Nullable Operator before, Step<Operator> step) {
        return switch (step) {
            case Step.No<Operator>(var refusal) -> Result.refused(refusal);
            case Step.Same<Operator>() ->
                Result.ok(new Change(now, new Change.OfOperator(Objects.requireNonNull(before)), List.of(), false));
            case Step.Noted<Operator> _ -> throw new IllegalStateException("no command on operators is only noted");
            case Step.To<Operator>(var operator, var action, var _, var _) -> {
                realm.put(operator);
                Event event = event(actor, action, operator, CredentialRules.changed(before, operator));
                yield Result.ok(new Change(now, new Change.OfOperator(operator), List.of(event), false));
            }
        };
    }

    private Result<Change> setQuotas(Actor actor, Quotas quotas) {
        Quotas before = realm.quotas();
        if (before.equals(quotas)) {
            return Result.ok(new Change(now, new Change.OfQuotas(quotas), List.of(), false));
        }
        realm.put(quotas);
        Event event = new Event(
                now,
                actor.ref(),
                Event.Action.REALM_QUOTAS_CHANGED,
                Event.Subject.THE_REALM,
                null,
                null,
                Quotas.diff(before, quotas));
        return Result.ok(new Change(now, new Change.OfQuotas(quotas), List.of(event), false));
    }

    /// The tenant alone; its two realms' first keys are judged in those realms.
    private Result<Change> createTenant(Command.CreateTenant command, UUID id) {
        Tenant taken = realm.tenant(command.partnerId());
        if (taken != null) {
            return Result.refused(new Refusal.Taken("partnerId", taken.id(), false));
        }
        Tenant tenant = new Tenant(
                id, command.partnerId(), command.name(), command.testRealm(), command.productionRealm(), now);
        realm.put(tenant);
        Event event = new Event(
                now,
                ActorRef.ROOT,
                Event.Action.TENANT_CREATED,
                new Event.Subject(Event.Subject.Type.TENANT, id),
                null,
                null,
                new Changes.Draft()
                        .put("partnerId", null, tenant.partnerId())
                        .put("name", null, tenant.name())
                        .build());
        return Result.ok(new Change(now, new Change.OfTenant(tenant), List.of(event), false));
    }
}
