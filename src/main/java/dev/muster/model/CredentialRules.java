package dev.muster.model;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The rules for API keys and operators: nobody makes or ends one that may do more than they may, and a realm does
/// not lose its last key that can make others.
final class CredentialRules {
    private final Picture realm;
    private final Actor actor;
    private final Instant now;

    CredentialRules(Picture realm, Actor actor, Instant now) {
        this.realm = realm;
        this.actor = actor;
        this.now = now;
    }

    Step<ApiKey> create(Command.CreateKey command) {
        Refusal refusal = beyond(command.scopes(), command.rank());
        if (refusal != null) {
            return new Step.No<>(refusal);
        }
        if (command.expiresAt() != null && !command.expiresAt().isAfter(now)) {
            return new Step.No<>(new Refusal.Invalid("expiresAt", "not_in_the_future", "Must lie in the future."));
        }
        // Root makes a key for a realm that has lost its own, however many it has.
        if (!actor.isRoot() && realm.counters().keys() >= realm.quotas().keys()) {
            return new Step.No<>(new Refusal.OverQuota("keys", realm.quotas().keys()));
        }
        if (command.signs() && signing() >= ApiKey.MOST_SIGNING) {
            return new Step.No<>(new Refusal.Invalid(
                    "signing",
                    "too_many",
                    "The realm has " + ApiKey.MOST_SIGNING + " live keys that may sign, and has no more. Revoke one, or"
                            + " make this one without signing."));
        }
        return new Step.To<>(
                new ApiKey(
                        command.id(),
                        command.name(),
                        command.role(),
                        command.scopes(),
                        command.rank(),
                        command.signs(),
                        command.textHash(),
                        command.secret(),
                        now,
                        command.expiresAt(),
                        null,
                        null),
                Event.Action.KEY_CREATED);
    }

    private long signing() {
        return realm.keys().stream()
                .filter(key -> key.signs() && key.isLive(now))
                .count();
    }

    Step<ApiKey> revoke(Command.RevokeKey command) {
        ApiKey key = realm.key(command.id());
        if (key == null) {
            return new Step.No<>(new Refusal.NotFound("key", command.id().toString()));
        }
        // A key is never beyond itself: every maker of keys may revoke their own.
        Refusal refusal = beyond(key.scopes(), key.rank());
        if (refusal != null) {
            return new Step.No<>(refusal);
        }
        if (key.revokedAt() != null) {
            return new Step.Same<>();
        }
        boolean another = realm.keys().stream()
                .anyMatch(other -> !other.id().equals(key.id())
                        && other.isLive(now)
                        && other.scopes().contains(Scope.KEYS_WRITE));
        if (key.isLive(now) && key.scopes().contains(Scope.KEYS_WRITE) && !another) {
            return new Step.No<>(new Refusal.InUse("the realm, as its last key with keys:write"));
        }
        return new Step.To<>(key.revoked(now), Event.Action.KEY_REVOKED);
    }

    Step<Operator> create(Command.CreateOperator command, UUID id) {
        Refusal refusal = beyond(command.role().scopes(), command.role().rank());
        if (refusal != null) {
            return new Step.No<>(refusal);
        }
        Operator taken = realm.operatorNamed(command.username().key());
        if (taken != null) {
            return new Step.No<>(new Refusal.Taken("username", taken.id(), false));
        }
        return new Step.To<>(
                new Operator(id, command.username(), command.role(), command.passwordHash(), 1, now, null),
                Event.Action.OPERATOR_CREATED);
    }

    Step<Operator> disable(Operator operator) {
        return beyondOr(
                operator,
                operator.isLive()
                        ? new Step.To<>(operator.with(operator.passwordHash(), now), Event.Action.OPERATOR_DISABLED)
                        : new Step.Same<>());
    }

    Step<Operator> enable(Operator operator) {
        return beyondOr(
                operator,
                operator.isLive()
                        ? new Step.Same<>()
                        : new Step.To<>(operator.with(operator.passwordHash(), null), Event.Action.OPERATOR_ENABLED));
    }

    Step<Operator> changePassword(Operator operator, String passwordHash) {
        return beyondOr(
                operator,
                new Step.To<>(
                        operator.with(passwordHash, operator.disabledAt()), Event.Action.OPERATOR_PASSWORD_CHANGED));
    }

    /// A password or a re-enabled operator is a credential too: only for those who could have made it.
    private Step<Operator> beyondOr(Operator operator, Step<Operator> step) {
        Refusal refusal = beyond(operator.role().scopes(), operator.role().rank());
        return refusal == null ? step : new Step.No<>(refusal);
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

    /// The fields of a credential that the journal shows. No hash and no secret is among them.
    static Changes created(ApiKey key) {
        Changes.Draft changes = new Changes.Draft()
                .put("name", null, key.name())
                .put(
                        "scopes",
                        null,
                        key.scopes().stream().map(Scope::word).sorted().toList())
                .put("rank", null, key.rank().name());
        if (key.role() != null) {
            changes.put("role", null, key.role().word());
        }
        if (!key.signs()) {
            changes.put("signing", null, false);
        }
        if (key.expiresAt() != null) {
            changes.put("expiresAt", null, Timestamps.text(key.expiresAt()));
        }
        return changes.build();
    }

    static Changes changed(@Nullable Operator before, Operator after) {
        Changes.Draft changes = new Changes.Draft();
        if (before == null) {
            changes.put("username", null, after.username().text());
            changes.put("role", null, after.role().word());
        } else {
            changes.put("generation", before.generation(), after.generation());
            if (before.isLive() != after.isLive()) {
                changes.put("disabled", !before.isLive(), !after.isLive());
            }
        }
        return changes.build();
    }
}
