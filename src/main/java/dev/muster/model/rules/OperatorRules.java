package dev.muster.model.rules;

import dev.muster.model.Event;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Role;
import dev.muster.model.state.CredentialState;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rules for operators. As with API keys, actors cannot create or change operators with more rights than their own.
/// The last enabled admin of a realm cannot disable, demote or delete themselves.
final class OperatorRules {
    private final CredentialState credentials;
    private final CredentialRules keys;
    private final Actor actor;
    private final Instant now;

    /// @param keys the rules for which rights the actor may give to others
    OperatorRules(Context context, CredentialRules keys) {
        this.credentials = context.realm().credentials();
        this.keys = keys;
        this.actor = context.actor();
        this.now = context.now();
    }

    /// Creates an operator. Operators do not expire and may sign in from anywhere, so an actor with a key that
    /// expires or is limited to certain addresses cannot create one. Refuses: Forbidden, Taken.
    Transition<Operator> create(OperatorCommand.CreateOperator command, UUID id) {
        return create(command.username(), command.role(), command.passwordHash(), null, id);
    }

    /// Like [#create(OperatorCommand.CreateOperator, UUID)], but with an invitation instead of a password.
    Transition<Operator> invite(OperatorCommand.InviteOperator command, UUID id) {
        return create(command.username(), command.role(), "", invitation(command.token()), id);
    }

    private Operator.Invitation invitation(Digest token) {
        return new Operator.Invitation(token, now.plus(Operator.Invitation.LIFETIME));
    }

    private Transition<Operator> create(
            Identifier username, Role role, String passwordHash, Operator.@Nullable Invitation invitation, UUID id) {
        Refusal refusal = keys.missingRights(role.scopes(), role.rank());
        if (refusal == null) {
            refusal = keys.limited();
        }
        if (refusal != null) {
            return new Transition.Refused<>(refusal);
        }
        refusal = taken(username);
        if (refusal != null) {
            return new Transition.Refused<>(refusal);
        }
        return new Transition.Changed<>(
                new Operator(id, username, role, passwordHash, 1, now, null, null, invitation, Creator.of(actor), null),
                Event.Action.OPERATOR_CREATED);
    }

    /// Returns a refusal if the username equals or looks like that of another operator; null if it is available.
    /// All operators of the realm must be loaded.
    @Nullable
    Refusal taken(Identifier username) {
        UUID taken = credentials.operatorIdNamed(username.key());
        if (taken != null) {
            return new Refusal.Taken("username", taken, false);
        }
        String plain = Identifier.withoutVariants(username.folded());
        for (Operator other : credentials.operators()) {
            if (!other.isDeleted()
                    && plain.equals(Identifier.withoutVariants(other.username().folded()))) {
                // An earlier version, which treated fullwidth letters as different, created this operator.
                return new Refusal.Taken("username", other.id(), false);
            }
        }
        return null;
    }

    /// Returns a refusal if the actor may not give others these roles; null if they may. As when creating a single
    /// operator, actors may not give permissions that they lack or that would outlast their own.
    @Nullable
    Refusal cannotGive(Collection<Role> roles) {
        for (Role role : roles) {
            Refusal refusal = keys.missingRights(role.scopes(), role.rank());
            if (refusal != null) {
                return refusal;
            }
        }
        return keys.limited();
    }

    /// Gives the operator a new invitation, which replaces any earlier one. Refuses: Forbidden as for a new
    /// password; Invalid if the operator signs in through an identity provider, or is disabled and therefore could
    /// not sign in.
    Transition<Operator> renewInvitation(Operator operator, Digest token) {
        if (operator.identity() != null) {
            return signsInElsewhere(operator.identity());
        }
        return operator.isLive()
                ? ifNotLimited(
                        operator,
                        new Transition.Changed<>(operator.invited(invitation(token)), Event.Action.OPERATOR_INVITED))
                : new Transition.Refused<>(new Refusal.Invalid(
                        "username", "disabled", "Must not be disabled: enable the operator first."));
    }

    /// Sets the password that the operator chose through their invitation, uses up the invitation, and ends the
    /// operator's sessions and tokens. Refuses: NotFound if the token is wrong, used, replaced or expired.
    Transition<Operator> acceptInvitation(Operator operator, Digest token, String passwordHash) {
        Operator.Invitation invitation = operator.invitation();
        return invitation == null || !invitation.token().equals(token) || !now.isBefore(invitation.until())
                ? new Transition.Refused<>(new Refusal.NotFound("invitation", ""))
                : new Transition.Changed<>(
                        operator.with(passwordHash, null), Event.Action.OPERATOR_INVITATION_ACCEPTED);
    }

    /// Sets a password that the operator chose, and ends the operator's sessions and tokens. The caller must have
    /// checked the current password. Refuses: Invalid if the operator signs in through an identity provider.
    Transition<Operator> changeOwnPassword(Operator operator, String passwordHash) {
        if (operator.identity() != null) {
            return signsInElsewhere(operator.identity());
        }
        return new Transition.Changed<>(operator.with(passwordHash, null), Event.Action.OPERATOR_PASSWORD_CHANGED);
    }

    /// Disables an operator. Refuses: Forbidden; InUse if the operator is the realm's last enabled admin and is the
    /// actor.
    Transition<Operator> disable(Operator operator) {
        if (operator.isLive() && keys.isTheActor(operator) && keys.removesLastAdmin(List.of(operator))) {
            return new Transition.Refused<>(CredentialRules.LAST_ADMIN);
        }
        return ifWithinRights(
                operator,
                operator.isLive()
                        ? new Transition.Changed<>(
                                operator.with(operator.passwordHash(), now), Event.Action.OPERATOR_DISABLED)
                        : new Transition.Unchanged<>());
    }

    /// Enables an operator. Refuses: Forbidden.
    Transition<Operator> enable(Operator operator) {
        return ifNotLimited(
                operator,
                operator.isLive()
                        ? new Transition.Unchanged<>()
                        : new Transition.Changed<>(
                                operator.with(operator.passwordHash(), null), Event.Action.OPERATOR_ENABLED));
    }

    /// Changes an operator's password. Refuses: Forbidden; Invalid if the operator signs in through an identity
    /// provider, because a password would let them sign in even after the provider has locked them out.
    Transition<Operator> changePassword(Operator operator, String passwordHash) {
        if (operator.identity() != null) {
            return signsInElsewhere(operator.identity());
        }
        return ifNotLimited(
                operator,
                new Transition.Changed<>(
                        operator.with(passwordHash, operator.disabledAt()), Event.Action.OPERATOR_PASSWORD_CHANGED));
    }

    /// Changes an operator's role. The operator's sessions and tokens stay valid and get the rights of the new
    /// role.
    ///
    /// Refuses: Forbidden if the actor lacks the rights of either role or, when the new role has more rights, acts
    /// with a key that expires or is limited to certain addresses; InUse if the operator is the realm's last
    /// enabled admin and is the actor.
    Transition<Operator> changeRole(Operator operator, Role role) {
        if (role == operator.role()) {
            return ifWithinRights(operator, new Transition.Unchanged<>());
        }
        if (keys.isTheActor(operator) && keys.removesLastAdmin(List.of(operator))) {
            return new Transition.Refused<>(CredentialRules.LAST_ADMIN);
        }
        Refusal refusal = keys.missingRights(role.scopes(), role.rank());
        if (refusal != null) {
            return new Transition.Refused<>(refusal);
        }
        Transition<Operator> step = new Transition.Changed<>(operator.in(role), Event.Action.OPERATOR_ROLE_CHANGED);
        boolean lower = operator.role().scopes().containsAll(role.scopes())
                && operator.role().rank().compareTo(role.rank()) >= 0;
        return lower ? ifWithinRights(operator, step) : ifNotLimited(operator, step);
    }

    /// Deletes an operator and ends their tokens and sessions. What the operator created remains.
    ///
    /// Refuses: Forbidden; InUse if the operator is the realm's last enabled admin and is the actor.
    Transition<Operator> delete(Operator operator) {
        if (keys.isTheActor(operator) && keys.removesLastAdmin(List.of(operator))) {
            return new Transition.Refused<>(CredentialRules.LAST_ADMIN);
        }
        return ifWithinRights(operator, new Transition.Changed<>(operator.deleted(now), Event.Action.OPERATOR_DELETED));
    }

    /// Invalidates an operator's sessions and tokens. A disabled operator is unchanged, because theirs are already
    /// invalid. Refuses: Forbidden.
    Transition<Operator> signOut(Operator operator) {
        Transition<Operator> step = operator.isLive()
                ? new Transition.Changed<>(operator.signedOut(), Event.Action.OPERATOR_SIGNED_OUT)
                : new Transition.Unchanged<>();
        return keys.isTheActor(operator) ? step : ifWithinRights(operator, step);
    }

    /// Why the actor may not end a session of the operator: Forbidden if the actor lacks any permission of the
    /// operator. Null if the actor may; operators may always end their own sessions.
    @Nullable
    Refusal objectionToEndingSession(Operator operator) {
        return keys.isTheActor(operator)
                ? null
                : keys.missingRights(operator.role().scopes(), operator.role().rank());
    }

    /// Why the actor may not remove the operator's passkeys; null if the actor may. The rules are those for setting
    /// a password, because without passkeys the password may be enough to sign in. Operators may always remove
    /// their own passkeys.
    @Nullable
    Refusal objectionToRemovingPasskeys(Operator operator) {
        if (keys.isTheActor(operator)) {
            return null;
        }
        Refusal refusal = keys.limited();
        return refusal != null
                ? refusal
                : keys.missingRights(operator.role().scopes(), operator.role().rank());
    }

    private Transition<Operator> ifWithinRights(Operator operator, Transition<Operator> step) {
        Refusal refusal =
                keys.missingRights(operator.role().scopes(), operator.role().rank());
        return refusal == null ? step : new Transition.Refused<>(refusal);
    }

    private static Transition<Operator> signsInElsewhere(FederatedIdentity identity) {
        return new Transition.Refused<>(new Refusal.Invalid(
                "password",
                "single_sign_on",
                "This operator signs in through " + identity.issuer() + " and has no password."));
    }

    /// Refuses limited actors. Setting a password or enabling an operator is like creating a credential, so it
    /// requires the same rights.
    private Transition<Operator> ifNotLimited(Operator operator, Transition<Operator> step) {
        Refusal refusal = keys.limited();
        return refusal == null ? ifWithinRights(operator, step) : new Transition.Refused<>(refusal);
    }
}
