package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Event;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.CredentialFields;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.state.CredentialState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rules for operators' passkeys, and for the policy on which operators must use one.
final class PasskeyRules {
    private final Context context;
    private final CredentialState credentials;

    PasskeyRules(Context context) {
        this.context = context;
        this.credentials = context.realm().credentials();
    }

    /// Adds a passkey for the operator. The caller must have verified the device's response. Refuses: OverQuota;
    /// Taken if an operator of the realm already has this passkey; Invalid if the operator signs in through an
    /// identity provider, because a passkey would let them sign in even after the provider has locked them out.
    Result<Change> add(Operator operator, OperatorCommand.AddPasskey command, UUID id) {
        FederatedIdentity identity = operator.identity();
        if (identity != null) {
            return Result.refused(new Refusal.Invalid(
                    "passkey",
                    "single_sign_on",
                    "This operator signs in through " + identity.issuer() + " and cannot have a passkey."));
        }
        for (Passkey other : credentials.passkeys()) {
            if (other.credentialId().equals(command.credentialId())) {
                return Result.refused(new Refusal.Taken("passkey", other.id(), false));
            }
        }
        if (of(operator).size() >= Passkey.MAX_PER_OPERATOR) {
            return Result.refused(new Refusal.OverQuota("passkeys", Passkey.MAX_PER_OPERATOR));
        }
        Passkey passkey = new Passkey(
                id,
                operator.id(),
                command.name(),
                command.credentialId(),
                command.publicKey(),
                command.signatureCount(),
                context.now(),
                null);
        credentials.put(passkey);
        return Result.ok(context.changed(
                new Change.OfOperator(operator), Event.Action.OPERATOR_PASSKEY_ADDED, CredentialFields.added(passkey)));
    }

    /// Removes one or all passkeys of the operator. Each of them gets a journal entry. Refuses: NotFound.
    ///
    /// @param id the passkey's id; null to remove all
    Result<Change> remove(Operator operator, @Nullable UUID id) {
        List<Passkey> removed = of(operator).stream()
                .filter(passkey -> id == null || passkey.id().equals(id))
                .toList();
        if (id != null && removed.isEmpty()) {
            return Result.refused(new Refusal.NotFound("passkey", id.toString()));
        }
        return Result.ok(context.changed(new Change.OfOperator(operator), remove(operator, removed)));
    }

    /// Removes all passkeys of an operator who is being deleted.
    List<Event> removeAll(Operator operator) {
        return remove(operator, of(operator));
    }

    private List<Event> remove(Operator operator, List<Passkey> removed) {
        List<Event> events = new ArrayList<>();
        for (Passkey passkey : removed) {
            credentials.remove(passkey);
            events.add(context.event(
                    Event.Action.OPERATOR_PASSKEY_REMOVED,
                    new Change.OfOperator(operator).subject(),
                    CredentialFields.removed(passkey)));
        }
        return events;
    }

    private List<Passkey> of(Operator operator) {
        return credentials.passkeys().stream()
                .filter(passkey -> passkey.operator().equals(operator.id()))
                .sorted(Comparator.comparing(Passkey::createdAt).thenComparing(Passkey::id))
                .toList();
    }

    /// Replaces the realm's policy. Refuses: Invalid if the policy applies to the operator who sets it and that
    /// operator has no passkey, because they might be unable to add one, for example if they open the console using
    /// an IP address.
    ///
    /// @param actor the operator who sets the policy; null for root and API keys
    Result<Change> setPolicy(PasskeyPolicy policy, @Nullable Operator actor) {
        if (actor != null && policy.concerns(actor) && of(actor).isEmpty()) {
            return Result.refused(new Refusal.Invalid(
                    "requiredFor", "no_passkey", "Add a passkey of your own first, so that you are not locked out."));
        }
        return Result.ok(replacePolicy(policy));
    }

    private Change replacePolicy(PasskeyPolicy policy) {
        PasskeyPolicy before = credentials.passkeyPolicy();
        Change.OfPasskeyPolicy about = new Change.OfPasskeyPolicy(policy);
        if (before.equals(policy)) {
            return context.unchanged(about);
        }
        credentials.put(policy);
        return context.changed(about, Event.Action.REALM_PASSKEY_POLICY_CHANGED, PasskeyPolicy.diff(before, policy));
    }
}
