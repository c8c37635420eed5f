package dev.muster.model.rules;

import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Lineage;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.state.CredentialState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The rules for API keys and operators: nobody makes or ends one that may do more than they may, none
/// outlives the key that made it, and a realm does not lose what its keys can make.
public final class CredentialRules {
    private static final Refusal LAST_MAKER =
            new Refusal.InUse("the realm, as no other key could make all the keys that it can");
    private static final Refusal LAST_ADMIN = new Refusal.InUse("the realm, as its last enabled admin");

    private final WorkingSet realm;
    private final CredentialState credentials;
    private final Actor actor;
    private final Instant now;

    CredentialRules(Context context) {
        this.realm = context.realm();
        this.credentials = realm.credentials();
        this.actor = context.actor();
        this.now = context.now();
    }

    /// The key that the actor makes. It ends no later than the keys that the actor acts with, and by default
    /// when they do; it may be used from no other addresses than they may. Refuses: Forbidden, Invalid,
    /// OverQuota.
    Result<ApiKey> create(Command.CreateKey command) {
        return make(command, null, Set.of());
    }

    /// @param replaces the key in whose place it is made; null for none
    /// @param leaving keys that end in the same request, and so leave room for this one
    private Result<ApiKey> make(Command.CreateKey command, @Nullable UUID replaces, Set<UUID> leaving) {
        Refusal refusal = beyond(command.scopes(), command.rank());
        if (refusal != null) {
            return Result.refused(refusal);
        }
        Instant asked = command.expiresAt();
        Instant latest = actorsEnd();
        if (asked != null && !asked.isAfter(now)) {
            return Result.refused(new Refusal.Invalid("expiresAt", "not_in_the_future", "Must lie in the future."));
        }
        if (asked != null && latest != null && asked.isAfter(latest)) {
            return Result.refused(new Refusal.Invalid(
                    "expiresAt",
                    "outlives_its_maker",
                    "Must not be later than " + Timestamps.text(latest) + ", when the key that makes it expires."));
        }
        AllowedAddresses addresses = command.addresses();
        AllowedAddresses within = actorsAddresses();
        if (addresses != null && within != null && !addresses.isWithin(within)) {
            return Result.refused(new Refusal.Invalid(
                    "allowedAddresses",
                    "beyond_its_maker",
                    "Must lie within the addresses of the key that makes it: " + within.text() + "."));
        }
        // Root makes a key for a realm that has lost its own, however many it has.
        if (!actor.isRoot()
                && realm.counters().keys() - leaving.size() >= realm.quotas().keys()) {
            return Result.refused(new Refusal.OverQuota("keys", realm.quotas().keys()));
        }
        if (command.signs() && signing(leaving) >= ApiKey.MOST_SIGNING) {
            return Result.refused(new Refusal.Invalid(
                    "signing",
                    "too_many",
                    "The realm has " + ApiKey.MOST_SIGNING + " live keys that may sign, and has no more. Revoke one, or"
                            + " make this one without signing."));
        }
        return Result.ok(new ApiKey(
                command.id(),
                command.name(),
                command.role(),
                command.scopes(),
                command.rank(),
                command.signs(),
                command.textHash(),
                command.lastFour(),
                command.secret(),
                addresses == null ? within : addresses,
                now,
                asked == null ? latest : asked,
                null,
                Creator.of(actor),
                replaces,
                null));
    }

    /// What a rotation leaves: the new key, and the old one as it is afterwards.
    record Rotation(ApiKey made, ApiKey ended) {}

    /// Makes a key in the place of another, and ends that when the overlap is over; at once without one.
    /// Refuses: NotFound, Forbidden, Invalid, OverQuota, InUse.
    Result<Rotation> rotate(Command.RotateKey command) {
        return withinReach(command.old()).then(old -> rotate(old, command));
    }

    private Result<Rotation> rotate(ApiKey old, Command.RotateKey command) {
        if (!old.isLive(now)) {
            return Result.refused(new Refusal.Invalid("keyId", "has_ended", "The key has ended. Make another one."));
        }
        boolean atOnce = !command.overlap().isPositive();
        ApiKey ended = atOnce ? old.revoked(now) : endingBy(old, now.plus(command.overlap()));
        Command.CreateKey creation = new Command.CreateKey(
                command.id(),
                old.name(),
                old.role(),
                old.scopes(),
                old.rank(),
                old.signs(),
                command.expiresAt() == null ? sameSpan(old) : command.expiresAt(),
                old.addresses(),
                command.textHash(),
                command.lastFour(),
                command.secret());
        return make(creation, old.id(), atOnce ? Set.of(old.id()) : Set.of())
                .then(made -> takesLastMaker(List.of(old), List.of(made))
                        ? Result.refused(LAST_MAKER)
                        : Result.ok(new Rotation(made, ended)));
    }

    private static ApiKey endingBy(ApiKey key, Instant at) {
        return key.expiresAt() != null && !key.expiresAt().isAfter(at) ? key : key.expiring(at);
    }

    /// When a key made now expires that lasts as long as this one was made for, and no longer than the actor's
    /// own keys; null for never.
    private @Nullable Instant sameSpan(ApiKey key) {
        if (key.expiresAt() == null) {
            return null;
        }
        Instant end = now.plus(Duration.between(key.createdAt(), key.expiresAt()));
        Instant latest = actorsEnd();
        return latest != null && latest.isBefore(end) ? latest : end;
    }

    /// When the first of the keys that the actor acts with expires; null for never.
    private @Nullable Instant actorsEnd() {
        return actorsKeys()
                .map(ApiKey::expiresAt)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /// From where the key that the actor acts with may be used; null for from everywhere.
    private @Nullable AllowedAddresses actorsAddresses() {
        // Two keys at once are only ever shown to a dialect that makes no credentials.
        return actorsKeys()
                .map(ApiKey::addresses)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private Stream<ApiKey> actorsKeys() {
        Set<UUID> keys = new HashSet<>(actor.keys());
        if (actor.ref().kind() == ActorRef.Kind.API_KEY) {
            keys.add(actor.ref().id());
        }
        return keys.stream().map(credentials::key).filter(Objects::nonNull);
    }

    private long signing(Set<UUID> leaving) {
        return credentials.keys().stream()
                .filter(key -> key.signs() && key.isLive(now) && !leaving.contains(key.id()))
                .count();
    }

    /// What a revocation ends. Both lists are empty where all of it had ended before.
    ///
    /// @param asked the key that was to be revoked
    /// @param keys as they are afterwards, that key first, the others in order of their making
    /// @param operators as they are afterwards, in order of their making
    record Revocation(UUID asked, List<ApiKey> keys, List<Operator> operators) {}

    /// Brings the end of a key forward. What it made keeps its own end. A key that has ended by then stays
    /// as it is. Refuses: NotFound, Forbidden, Invalid, InUse.
    Result<ApiKey> expire(Command.ExpireKey command) {
        return withinReach(command.id()).then(key -> expire(key, command));
    }

    /// The key, if the actor may end it. A key is never beyond itself: every maker of keys may revoke their own.
    /// What it made is never beyond it. Refuses: NotFound, Forbidden.
    private Result<ApiKey> withinReach(UUID id) {
        ApiKey key = credentials.key(id);
        if (key == null) {
            return Result.refused(new Refusal.NotFound("key", id.toString()));
        }
        Refusal refusal = beyond(key.scopes(), key.rank());
        return refusal == null ? Result.ok(key) : Result.refused(refusal);
    }

    private Result<ApiKey> expire(ApiKey key, Command.ExpireKey command) {
        if (!command.at().isAfter(now)) {
            return Result.refused(new Refusal.Invalid(
                    "expiresAt", "not_in_the_future", "Must lie in the future; revoking the key ends it now."));
        }
        if (!key.isLive(now) || command.at().equals(key.expiresAt())) {
            return Result.ok(key);
        }
        if (key.expiresAt() != null && command.at().isAfter(key.expiresAt())) {
            return Result.refused(new Refusal.Invalid(
                    "expiresAt",
                    "later_than_before",
                    "Must not be later than " + Timestamps.text(key.expiresAt()) + ", when the key expires."));
        }
        if (takesLastMaker(List.of(key), List.of())) {
            return Result.refused(LAST_MAKER);
        }
        return Result.ok(key.expiring(command.at()));
    }

    /// Ends a key, and all that it made where that is asked for. Refuses: NotFound, Forbidden, InUse.
    Result<Revocation> revoke(Command.RevokeKey command) {
        return withinReach(command.id()).then(key -> revoke(key, command.descendants()));
    }

    private Result<Revocation> revoke(ApiKey key, boolean descendants) {
        Set<UUID> ending = descendants
                ? new Lineage(credentials.keys(), credentials.operators()).withDescendants(key.id())
                : Set.of(key.id());
        List<ApiKey> keys = credentials.keys().stream()
                .filter(each -> ending.contains(each.id()) && each.revokedAt() == null)
                .sorted(Comparator.comparing((ApiKey each) -> !each.equals(key))
                        .thenComparing(ApiKey::createdAt)
                        .thenComparing(ApiKey::id))
                .toList();
        List<Operator> operators = credentials.operators().stream()
                .filter(each -> ending.contains(each.id()) && each.isLive())
                .sorted(Comparator.comparing(Operator::createdAt).thenComparing(Operator::id))
                .toList();
        if (takesLastMaker(keys, List.of())) {
            return Result.refused(LAST_MAKER);
        }
        if (operators.stream().anyMatch(this::isTheActor) && takesLastAdmin(operators)) {
            return Result.refused(LAST_ADMIN);
        }
        return Result.ok(new Revocation(
                key.id(),
                keys.stream().map(each -> each.revoked(now)).toList(),
                operators.stream()
                        .map(each -> each.with(each.passwordHash(), now))
                        .toList()));
    }

    /// Whether the realm could make keys with one of `ending` and could no longer do so for as long without
    /// them, though it has `made` besides.
    private boolean takesLastMaker(List<ApiKey> ending, List<ApiKey> made) {
        List<ApiKey> makers = ending.stream().filter(this::makesKeys).toList();
        return !makers.isEmpty()
                && Stream.concat(credentials.keys().stream(), made.stream())
                        .filter(other -> makesKeys(other) && !ending.contains(other))
                        .noneMatch(other -> makers.stream().allMatch(creator -> takesThePlaceOf(other, creator)));
    }

    /// Whether `other` lasts as long as `creator` and can make every key that it can. An admin's key leaves
    /// no weaker one behind as the last, which could make none but its like.
    private static boolean takesThePlaceOf(ApiKey other, ApiKey creator) {
        return other.lastsUntil(creator.expiresAt())
                && other.scopes().containsAll(creator.scopes())
                && other.rank().compareTo(creator.rank()) >= 0;
    }

    private boolean makesKeys(ApiKey key) {
        return key.isLive(now) && key.scopes().contains(Scope.KEYS_WRITE);
    }

    private boolean takesLastAdmin(List<Operator> ending) {
        return ending.stream().anyMatch(CredentialRules::isAdmin)
                && credentials.operators().stream().noneMatch(other -> isAdmin(other) && !ending.contains(other));
    }

    private static boolean isAdmin(Operator operator) {
        return operator.isLive() && operator.role() == Role.ADMIN;
    }

    private boolean isTheActor(Operator operator) {
        return operator.actor().ref().equals(actor.ref());
    }

    /// An operator, who has no expiry and may sign in from everywhere, and so is made by nobody who is limited in
    /// these. Refuses: Forbidden, Taken.
    Transition<Operator> create(Command.CreateOperator command, UUID id) {
        Refusal refusal = beyond(command.role().scopes(), command.role().rank());
        if (refusal == null) {
            refusal = limited();
        }
        if (refusal != null) {
            return new Transition.Refused<>(refusal);
        }
        UUID taken = credentials.operatorIdNamed(command.username().key());
        if (taken != null) {
            return new Transition.Refused<>(new Refusal.Taken("username", taken, false));
        }
        String plain = Identifier.withoutVariants(command.username().folded());
        for (Operator other : credentials.operators()) {
            if (!other.isDeleted()
                    && plain.equals(Identifier.withoutVariants(other.username().folded()))) {
                // Made by an earlier version, which took fullwidth letters for others.
                return new Transition.Refused<>(new Refusal.Taken("username", other.id(), false));
            }
        }
        return new Transition.Changed<>(
                new Operator(
                        id,
                        command.username(),
                        command.role(),
                        command.passwordHash(),
                        1,
                        now,
                        null,
                        null,
                        Creator.of(actor)),
                Event.Action.OPERATOR_CREATED);
    }

    /// Refuses: Forbidden; InUse to the realm's last enabled admin, who would disable themselves.
    Transition<Operator> disable(Operator operator) {
        if (operator.isLive() && isTheActor(operator) && takesLastAdmin(List.of(operator))) {
            return new Transition.Refused<>(LAST_ADMIN);
        }
        return beyondOr(
                operator,
                operator.isLive()
                        ? new Transition.Changed<>(
                                operator.with(operator.passwordHash(), now), Event.Action.OPERATOR_DISABLED)
                        : new Transition.Unchanged<>());
    }

    /// Refuses: Forbidden.
    Transition<Operator> enable(Operator operator) {
        return lastingOr(
                operator,
                operator.isLive()
                        ? new Transition.Unchanged<>()
                        : new Transition.Changed<>(
                                operator.with(operator.passwordHash(), null), Event.Action.OPERATOR_ENABLED));
    }

    /// Refuses: Forbidden.
    Transition<Operator> changePassword(Operator operator, String passwordHash) {
        return lastingOr(
                operator,
                new Transition.Changed<>(
                        operator.with(passwordHash, operator.disabledAt()), Event.Action.OPERATOR_PASSWORD_CHANGED));
    }

    /// Gives the operator another role. What they are signed in to goes on, with the new rights.
    ///
    /// Refuses: Forbidden to whoever lacks the rights of the old role or of the new one, and, where the new
    /// one has more than the old one, to whoever acts with a key that expires; InUse to the realm's last
    /// enabled admin, who would give up being one.
    Transition<Operator> changeRole(Operator operator, Role role) {
        if (role == operator.role()) {
            return beyondOr(operator, new Transition.Unchanged<>());
        }
        if (isTheActor(operator) && takesLastAdmin(List.of(operator))) {
            return new Transition.Refused<>(LAST_ADMIN);
        }
        Refusal refusal = beyond(role.scopes(), role.rank());
        if (refusal != null) {
            return new Transition.Refused<>(refusal);
        }
        Transition<Operator> step = new Transition.Changed<>(operator.in(role), Event.Action.OPERATOR_ROLE_CHANGED);
        boolean lower = operator.role().scopes().containsAll(role.scopes())
                && operator.role().rank().compareTo(role.rank()) >= 0;
        return lower ? beyondOr(operator, step) : lastingOr(operator, step);
    }

    /// Deletes an operator, ending their tokens and sessions. What they made stays.
    ///
    /// Refuses: Forbidden; InUse to the realm's last enabled admin, who would delete themselves.
    Transition<Operator> delete(Operator operator) {
        if (isTheActor(operator) && takesLastAdmin(List.of(operator))) {
            return new Transition.Refused<>(LAST_ADMIN);
        }
        return beyondOr(operator, new Transition.Changed<>(operator.deleted(now), Event.Action.OPERATOR_DELETED));
    }

    /// Voids what the operator is signed in to. Of somebody disabled, all of that is void already. Refuses:
    /// Forbidden.
    Transition<Operator> signOut(Operator operator) {
        Transition<Operator> step = operator.isLive()
                ? new Transition.Changed<>(
                        operator.with(operator.passwordHash(), null), Event.Action.OPERATOR_SIGNED_OUT)
                : new Transition.Unchanged<>();
        return isTheActor(operator) ? step : beyondOr(operator, step);
    }

    private Transition<Operator> beyondOr(Operator operator, Transition<Operator> step) {
        Refusal refusal = beyond(operator.role().scopes(), operator.role().rank());
        return refusal == null ? step : new Transition.Refused<>(refusal);
    }

    /// A password or a re-enabled operator is a credential too: only for those who could have made it.
    private Transition<Operator> lastingOr(Operator operator, Transition<Operator> step) {
        Refusal refusal = limited();
        return refusal == null ? beyondOr(operator, step) : new Transition.Refused<>(refusal);
    }

    /// Why an actor who acts with a key that expires, or that may be used from some addresses only, makes no
    /// credential without such a limit; null for all others.
    private @Nullable Refusal limited() {
        if (actorsEnd() != null) {
            return new Refusal.Forbidden("a key without expiry");
        }
        return actorsAddresses() == null ? null : new Refusal.Forbidden("a key that may be used from any address");
    }

    /// What `scopes` and `rank` hold that the actor lacks, as a refusal; root lacks nothing here.
    private @Nullable Refusal beyond(Set<Scope> scopes, Rank rank) {
        if (actor.isRoot()) {
            return null;
        }
        String missing = scopes.stream()
                .filter(scope -> !actor.may(scope))
                .map(Scope::word)
                .sorted()
                .collect(Collectors.joining(" "));
        if (!missing.isEmpty()) {
            return new Refusal.Forbidden(missing);
        }
        return rank.compareTo(actor.rank()) > 0 ? new Refusal.Forbidden("rank " + rank) : null;
    }
}
