package dev.muster.model;

import dev.muster.model.credential.FederatedIdentity;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A command about an operator, an operator's sessions and passkeys, or how the realm's operators sign in.
public sealed interface OperatorCommand extends Command.OnCredentials {
    record CreateOperator(Identifier username, Role role, String passwordHash) implements OperatorCommand {}

    /// Creates an operator without a password. Anyone who has the link in the invitation can choose a password
    /// within [Operator.Invitation#LASTS].
    ///
    /// @param token SHA-256 of the token in the link
    record InviteOperator(Identifier username, Role role, Digest token) implements OperatorCommand {}

    /// Gives an operator a new invitation, which replaces any earlier one. This also helps operators who have lost
    /// their password.
    ///
    /// @param token SHA-256 of the token in the link
    record RenewInvitation(Identifier.Key username, Digest token) implements OperatorCommand {}

    /// Sets the actor's own password and ends the actor's invitation, sessions and tokens.
    ///
    /// @param token SHA-256 of the token in the link
    record AcceptInvitation(Digest token, String passwordHash) implements OperatorCommand {}

    /// Sets the actor's own password and ends the actor's sessions and tokens. Requires no scope.
    record ChangeOwnPassword(String passwordHash) implements OperatorCommand {}

    /// Journals that the actor has signed in. Changes nothing else.
    ///
    /// @param address the client's address
    record NoteSignIn(SignInMethod method, String address) implements OperatorCommand {}

    /// Journals that one of an operator's sessions was ended, by the operator or by an admin. The caller then ends
    /// the session.
    record EndSession(Identifier.Key username, UUID session) implements OperatorCommand {}

    record DisableOperator(Identifier.Key username) implements OperatorCommand {}

    record EnableOperator(Identifier.Key username) implements OperatorCommand {}

    /// Invalidates all sessions and tokens of an operator. Operators may do this for themselves, whatever their
    /// scopes.
    record SignOutOperator(Identifier.Key username) implements OperatorCommand {}

    /// Changes an operator's role. Tokens and sessions stay valid and get the rights of the new role.
    record ChangeOperatorRole(Identifier.Key username, Role role) implements OperatorCommand {}

    /// Deletes an operator and invalidates their sessions and tokens. The username becomes available again.
    record DeleteOperator(Identifier.Key username) implements OperatorCommand {}

    record ChangePassword(Identifier.Key username, String passwordHash) implements OperatorCommand {}

    /// Creates the operator for an identity that an identity provider has authenticated, or updates that operator's
    /// role. Only Muster itself may send it, after it has validated the provider's response.
    ///
    /// @param username the username of a new operator; an existing operator keeps the current one
    record SignInOperator(FederatedIdentity identity, Identifier username, Role role) implements OperatorCommand {}

    /// Adds an identity provider for the tenant's operators, or replaces the settings of the provider with the same
    /// issuer. Allowed only in the tenant's production realm.
    ///
    /// @param settings the settings; if their secret is null, the stored secret is kept
    record PutSso(SsoProvider.Settings settings) implements OperatorCommand {}

    /// Removes an identity provider. Its operators remain but can no longer sign in.
    record RemoveSso(UUID id) implements OperatorCommand {}

    /// Adds a passkey for the actor, who is an operator with any scopes. The device's response has already been
    /// verified.
    ///
    /// @param credentialId the credential id: see [dev.muster.model.credential.Passkey], also for `publicKey` and
    ///     `signatureCount`
    record AddPasskey(String name, String credentialId, String publicKey, long signatureCount)
            implements OperatorCommand {}

    /// Removes one or all passkeys of an operator. Operators may remove their own, whatever their scopes.
    ///
    /// @param id the passkey's id; null to remove all
    record RemovePasskeys(Identifier.Key username, @Nullable UUID id) implements OperatorCommand {}

    /// Replaces the realm's policy on who must use a passkey.
    record SetPasskeyPolicy(PasskeyPolicy policy) implements OperatorCommand {}
}
