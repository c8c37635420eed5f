package dev.muster.model.rules;

import dev.muster.model.Event;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Lineage;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.state.CredentialState;
import dev.muster.model.tenant.Environment;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rules for identity providers and the operators who sign in through them.
final class SsoRules {
    private final Context context;
    private final CredentialState credentials;
    private final OperatorRules rules;

    /// @param rules the rules for which roles the actor may give to others
    SsoRules(Context context, OperatorRules rules) {
        this.context = context;
        this.credentials = context.realm().credentials();
        this.rules = rules;
    }

    // Providers

    /// Creates a provider, or replaces the settings of the one with the same issuer, and returns it. Its secret is
    /// null if the stored one is kept. Refuses: Forbidden outside production, because a provider's operators can
    /// sign in to both realms, or if the actor could not create an operator with each of the provider's roles, or
    /// in the cases of [#weakensApproval]; Invalid; OverQuota.
    Result<SsoProvider> put(OperatorCommand.PutSso command, Supplier<UUID> freshId) {
        SsoProvider.Settings settings = command.settings();
        SsoProvider before = withIssuer(settings.issuer());
        Refusal refusal = forbidden(settings);
        if (refusal == null) {
            refusal = weakensApproval();
        }
        if (refusal == null) {
            refusal = unsuitable(settings, before);
        }
        if (refusal != null) {
            return Result.refused(refusal);
        }
        return Result.ok(
                before == null
                        ? new SsoProvider(freshId.get(), settings, context.now())
                        : new SsoProvider(before.id(), settings, before.createdAt()));
    }

    /// Returns the provider to remove. Refuses: NotFound; Forbidden as in [#put], except for [#weakensApproval].
    Result<SsoProvider> remove(UUID id) {
        SsoProvider provider = credentials.provider(id);
        if (provider == null) {
            return Result.refused(new Refusal.NotFound("identity provider", id.toString()));
        }
        Refusal refusal = forbidden(provider.settings());
        return refusal == null ? Result.ok(provider) : Result.refused(refusal);
    }

    private @Nullable Refusal forbidden(SsoProvider.Settings settings) {
        return context.environment() == Environment.PRODUCTION
                ? rules.cannotGive(settings.roles().values())
                : new Refusal.Forbidden("a key or an operator of the production realm");
    }

    /// Returns a refusal for everyone except root and the realm's first keys if any action needs approval. Someone
    /// who controls an identity provider could sign in as two operators and approve their own requests.
    private @Nullable Refusal weakensApproval() {
        ActorRef actor = context.actor().ref();
        ApiKey key = actor.kind() == ActorRef.Kind.API_KEY ? credentials.key(actor.id()) : null;
        boolean trusted =
                context.actor().isRoot() || (key != null && new Lineage(List.of(key), List.of()).isFirstKey(key.id()));
        return trusted || context.realm().approvals().rules().isEmpty()
                ? null
                : new Refusal.Forbidden("a key that root made, while actions need a second operator");
    }

    private @Nullable Refusal unsuitable(SsoProvider.Settings settings, @Nullable SsoProvider before) {
        if (before == null && settings.clientSecret() == null) {
            return new Refusal.Invalid("clientSecret", "required", "Is required for a new issuer.");
        }
        if (before == null && credentials.providers().size() >= SsoProvider.MAX_PER_TENANT) {
            return new Refusal.OverQuota("identity providers", SsoProvider.MAX_PER_TENANT);
        }
        for (SsoProvider other : credentials.providers()) {
            if (other.equals(before)) {
                continue;
            }
            if (settings.domains().isEmpty() && other.settings().domains().isEmpty()) {
                return new Refusal.Invalid(
                        "domains",
                        "required",
                        "Must have a domain: " + other.settings().issuer() + " has none and serves all others.");
            }
            for (String domain : settings.domains()) {
                if (other.settings().domains().contains(domain)) {
                    return new Refusal.Invalid(
                            "domains",
                            "taken",
                            domain + " is a domain of " + other.settings().issuer() + ".");
                }
            }
        }
        return null;
    }

    private @Nullable SsoProvider withIssuer(String issuer) {
        return credentials.providers().stream()
                .filter(provider -> provider.settings().issuer().equals(issuer))
                .findFirst()
                .orElse(null);
    }

    // Operators

    /// The operator with this identity who is not deleted; null if there is none.
    @Nullable
    Operator operatorOf(FederatedIdentity identity) {
        return credentials.operators().stream()
                .filter(operator -> !operator.isDeleted() && identity.equals(operator.identity()))
                .findFirst()
                .orElse(null);
    }

    /// Creates an operator. Refuses: Taken if another operator has the username, because an operator with a
    /// password or another identity must never be taken over.
    Transition<Operator> create(OperatorCommand.SignInOperator command, UUID id) {
        Refusal taken = rules.taken(command.username());
        return taken != null
                ? new Transition.Refused<>(taken)
                : new Transition.Changed<>(
                        new Operator(
                                id,
                                command.username(),
                                command.role(),
                                "",
                                1,
                                context.now(),
                                null,
                                null,
                                null,
                                Creator.of(context.actor()),
                                command.identity()),
                        Event.Action.OPERATOR_CREATED);
    }

    /// Updates the operator's role to the one that the provider states. Refuses: Unauthenticated if the operator is
    /// disabled.
    Transition<Operator> signIn(Operator operator, OperatorCommand.SignInOperator command) {
        if (!operator.isLive()) {
            return new Transition.Refused<>(new Refusal.Unauthenticated());
        }
        return operator.role() == command.role()
                ? new Transition.Unchanged<>()
                : new Transition.Changed<>(operator.in(command.role()), Event.Action.OPERATOR_ROLE_CHANGED);
    }
}
