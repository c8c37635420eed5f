package dev.muster.model.rules;

import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Lineage;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.state.CredentialState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.Timestamps;
import dev.muster.model.webhook.Webhook;
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

/// The rules for API keys: actors cannot create or end credentials with more rights than their own, a new key expires
/// no later than the key that creates it, and a realm cannot lose its ability to create keys. The first of these rules
/// also applies to operators: see [OperatorRules].
public final class CredentialRules {
    private static final Refusal LAST_KEY_CREATOR =
            new Refusal.InUse("the realm, because no other key could create all the keys that it can");
    static final Refusal LAST_ADMIN = new Refusal.InUse("the realm, as its last enabled admin");

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

    /// Creates a key. It expires no later than the keys that the actor acts with (by default, together with the
    /// first of them to expire), and its addresses are limited to theirs. Refuses: Forbidden, Invalid, OverQuota.
    Result<ApiKey> create(Command.CreateKey command) {
        return createKey(command, null, Set.of());
    }

    /// @param replaces the key that the new one replaces; null if there is none
    /// @param leaving keys that end in the same request and therefore do not count towards the limits
    private Result<ApiKey> createKey(Command.CreateKey command, @Nullable UUID replaces, Set<UUID> leaving) {
        Refusal refusal = missingRights(command.scopes(), command.rank());
        if (refusal != null) {
            return Result.refused(refusal);
        }
        Instant asked = command.expiresAt();
        Instant latest = actorsExpiry();
        if (asked != null && !asked.isAfter(now)) {
            return Result.refused(new Refusal.Invalid("expiresAt", "not_in_the_future", "Must be in the future."));
        }
        if (asked != null && latest != null && asked.isAfter(latest)) {
            return Result.refused(new Refusal.Invalid(
                    "expiresAt",
                    "outlives_its_maker",
                    "Must not be later than " + Timestamps.text(latest) + ", when the key that creates it expires."));
        }
        AllowedAddresses addresses = command.addresses();
        AllowedAddresses within = actorsAddresses();
        if (addresses != null && within != null && !addresses.isWithin(within)) {
            return Result.refused(new Refusal.Invalid(
                    "allowedAddresses",
                    "beyond_its_maker",
                    "Must be within the addresses of the key that creates it: " + within.text() + "."));
        }
        // Root may exceed the quota, to help a realm that has lost its own keys.
        if (!actor.isRoot()
                && realm.counters().keys() - leaving.size() >= realm.quotas().keys()) {
            return Result.refused(new Refusal.OverQuota("keys", realm.quotas().keys()));
        }
        if (command.signs() && signing(leaving) >= ApiKey.MAX_SIGNING) {
            return Result.refused(new Refusal.Invalid(
                    "signing",
                    "too_many",
                    "The realm has " + ApiKey.MAX_SIGNING
                            + " live keys that may sign, which is the maximum. Revoke one, or"
                            + " create this one without signing."));
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

    /// The new key of a rotation, and the old key in its new state.
    record Rotation(ApiKey created, ApiKey ended) {}

    /// Creates a key that replaces another. The old key ends after the overlap, or immediately if the overlap is
    /// zero. Refuses: NotFound, Forbidden, Invalid, OverQuota, InUse.
    Result<Rotation> rotate(Command.RotateKey command) {
        return keyActorMayEnd(command.old()).then(old -> rotate(old, command));
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
                old.rights(),
                old.rank(),
                old.signs(),
                command.expiresAt() == null ? sameSpan(old) : command.expiresAt(),
                old.addresses(),
                command.textHash(),
                command.lastFour(),
                command.secret());
        return createKey(creation, old.id(), atOnce ? Set.of(old.id()) : Set.of())
                .then(made -> removesLastKeyCreator(List.of(old), List.of(made))
                        ? Result.refused(LAST_KEY_CREATOR)
                        : Result.ok(new Rotation(made, ended)));
    }

    private static ApiKey endingBy(ApiKey key, Instant at) {
        return key.expiresAt() != null && !key.expiresAt().isAfter(at) ? key : key.expiring(at);
    }

    /// The expiry of a key that is created now with the same lifetime as `key`, but no later than the expiry of the
    /// actor's own keys; null if it never expires.
    private @Nullable Instant sameSpan(ApiKey key) {
        if (key.expiresAt() == null) {
            return null;
        }
        Instant end = now.plus(Duration.between(key.createdAt(), key.expiresAt()));
        Instant latest = actorsExpiry();
        return latest != null && latest.isBefore(end) ? latest : end;
    }

    /// The earliest expiry of the keys that the actor acts with; null if none of these keys expires.
    private @Nullable Instant actorsExpiry() {
        return actorsKeys()
                .map(ApiKey::expiresAt)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /// The allowed addresses of the key that the actor acts with; null if they are not limited.
    private @Nullable AllowedAddresses actorsAddresses() {
        // There is at most one key: only a dialect that creates no credentials accepts two in one request.
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

    /// The effects of a revocation. The lists are empty if everything was already revoked or disabled.
    ///
    /// @param target the key to revoke
    /// @param keys the revoked keys: first the requested one, then the others in order of creation
    /// @param operators the disabled operators, in order of creation
    /// @param webhooks the disabled webhooks, in order of creation
    record Revocation(UUID target, List<ApiKey> keys, List<Operator> operators, List<Webhook> webhooks) {}

    /// Brings a key's expiry forward. The keys that it created keep their own expiry. A key that has already
    /// ended is unchanged. Refuses: NotFound, Forbidden, Invalid, InUse.
    Result<ApiKey> expire(Command.ExpireKey command) {
        return keyActorMayEnd(command.id()).then(key -> expire(key, command));
    }

    /// Returns the key if the actor has all its rights and may therefore end it. Every key with `keys:write` may
    /// thus end itself and the keys that it created. Refuses: NotFound, Forbidden.
    private Result<ApiKey> keyActorMayEnd(UUID id) {
        ApiKey key = credentials.key(id);
        if (key == null) {
            return Result.refused(new Refusal.NotFound("key", id.toString()));
        }
        Refusal refusal = missingRights(key.rights(), key.rank());
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
        if (removesLastKeyCreator(List.of(key), List.of())) {
            return Result.refused(LAST_KEY_CREATOR);
        }
        return Result.ok(key.expiring(command.at()));
    }

    /// Revokes a key and, if requested, everything it created. Refuses: NotFound, Forbidden, InUse.
    Result<Revocation> revoke(Command.RevokeKey command) {
        return keyActorMayEnd(command.id()).then(key -> revoke(key, command.descendants()));
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
        if (removesLastKeyCreator(keys, List.of())) {
            return Result.refused(LAST_KEY_CREATOR);
        }
        if (operators.stream().anyMatch(this::isTheActor) && removesLastAdmin(operators)) {
            return Result.refused(LAST_ADMIN);
        }
        return Result.ok(new Revocation(
                key.id(),
                keys.stream().map(each -> each.revoked(now)).toList(),
                operators.stream()
                        .map(each -> each.with(each.passwordHash(), now))
                        .toList(),
                descendants ? webhooksOf(ending) : List.of()));
    }

    /// Returns disabled copies of the webhooks that one of these keys and operators created.
    private List<Webhook> webhooksOf(Set<UUID> ending) {
        return realm.webhooks().all().stream()
                .filter(each -> each.state() != Webhook.State.DISABLED
                        && ending.stream().anyMatch(each.madeBy()::is))
                .sorted(Comparator.comparing(Webhook::createdAt).thenComparing(Webhook::id))
                .map(each -> each.in(Webhook.State.DISABLED, Webhook.Cause.REVOKED, now))
                .toList();
    }

    /// Whether `ending` includes keys that can create keys, and no key that remains, including those in `made`, has
    /// all their rights for as long.
    private boolean removesLastKeyCreator(List<ApiKey> ending, List<ApiKey> made) {
        List<ApiKey> makers = ending.stream().filter(this::createsKeys).toList();
        return !makers.isEmpty()
                && Stream.concat(credentials.keys().stream(), made.stream())
                        .filter(other -> createsKeys(other) && !ending.contains(other))
                        .noneMatch(other -> makers.stream().allMatch(creator -> canReplace(other, creator)));
    }

    /// Whether `other` is valid at least as long as `creator` and has at least its rights. A weaker key could
    /// create only keys that are as weak as itself, so it cannot replace the last admin key.
    private static boolean canReplace(ApiKey other, ApiKey creator) {
        return other.lastsUntil(creator.expiresAt())
                && other.rights().containsAll(creator.rights())
                && other.rank().compareTo(creator.rank()) >= 0;
    }

    private boolean createsKeys(ApiKey key) {
        return key.isLive(now) && key.rights().contains(Scope.KEYS_WRITE);
    }

    boolean removesLastAdmin(List<Operator> ending) {
        return ending.stream().anyMatch(CredentialRules::isAdmin)
                && credentials.operators().stream().noneMatch(other -> isAdmin(other) && !ending.contains(other));
    }

    private static boolean isAdmin(Operator operator) {
        return operator.isLive() && operator.role() == Role.ADMIN;
    }

    boolean isTheActor(Operator operator) {
        return operator.actor().ref().equals(actor.ref());
    }

    /// Returns a refusal if the actor acts with a key that expires or is limited to certain addresses, because such
    /// an actor may not create a credential without that limit; null for other actors.
    @Nullable
    Refusal limited() {
        if (actorsExpiry() != null) {
            return new Refusal.Forbidden("a key without expiry");
        }
        return actorsAddresses() == null ? null : new Refusal.Forbidden("a key that may be used from any address");
    }

    /// Returns a refusal if the actor lacks any of `scopes` or has a lower rank than `rank`; null otherwise, and
    /// for root.
    @Nullable
    Refusal missingRights(Set<Scope> scopes, Rank rank) {
        if (actor.isRoot()) {
            return null;
        }
        String missing = scopes.stream()
                .filter(scope -> !actor.may(scope))
                .map(Scope::wireName)
                .sorted()
                .collect(Collectors.joining(" "));
        if (!missing.isEmpty()) {
            return new Refusal.Forbidden(missing);
        }
        return rank.compareTo(actor.rank()) > 0 ? new Refusal.Forbidden("rank " + rank) : null;
    }
}
