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

/// A command on an operator, an operator's sessions and passkeys, or how operators of the realm sign in.
public sealed interface OperatorCommand extends Command.OnCredentials {
    record CreateOperator(Identifier username, Role role, String passwordHash) implements OperatorCommand {}

    /// Creates an operator without a password. Anyone who has the invitation's link can choose one within
    /// [Operator.Invitation#LASTS].
    ///
    /// @param token SHA-256 of the token in the link
    record InviteOperator(Identifier username, Role role, Digest token) implements OperatorCommand {}

    /// Gives an operator a new invitation, which replaces an earlier one. Works even for operators who have lost
    /// their password.
    ///
    /// @param token SHA-256 of the token in the link
    record RenewInvitation(Identifier.Key username, Digest token) implements OperatorCommand {}

    /// Sets the actor's own password, and ends their invitation, sessions and tokens.
    ///
    /// @param token SHA-256 of the token in the link
    record AcceptInvitation(Digest token, String passwordHash) implements OperatorCommand {}

    /// Sets the actor's own password, and ends their sessions and tokens. Needs no scope.
    record ChangeOwnPassword(String passwordHash) implements OperatorCommand {}

    /// Journals that the actor has signed in; changes nothing else.
    ///
    /// @param address the client's address
    record NoteSignIn(SignInMethod method, String address) implements OperatorCommand {}

    /// Journals that an operator, or an admin, ended one of the operator's sessions. The caller then ends the
    /// session.
    record EndSession(Identifier.Key username, UUID session) implements OperatorCommand {}

    record DisableOperator(Identifier.Key username) implements OperatorCommand {}

    record EnableOperator(Identifier.Key username) implements OperatorCommand {}

    /// Invalidates all sessions and tokens of an operator. Operators may sign themselves out, whatever their
    /// scopes.
    record SignOutOperator(Identifier.Key username) implements OperatorCommand {}

    /// Changes an operator's role; tokens and sessions stay valid, with the new role's rights.
    record ChangeOperatorRole(Identifier.Key username, Role role) implements OperatorCommand {}

    /// Deletes an operator, invalidating sessions and tokens; the name becomes free.
    record DeleteOperator(Identifier.Key username) implements OperatorCommand {}

    record ChangePassword(Identifier.Key username, String passwordHash) implements OperatorCommand {}

    /// Creates the operator for an identity that an identity provider has authenticated, or updates the
    /// role of the existing one. Only for Muster itself, which has validated the provider's response.
    ///
    /// @param username the username of a new operator; an existing one keeps theirs
    record SignInOperator(FederatedIdentity identity, Identifier username, Role role) implements OperatorCommand {}

    /// Adds an identity provider for the tenant's operators, or replaces the settings of the one with that issuer.
    /// Only in the tenant's production realm.
    ///
    /// @param settings if their secret is null, the stored one is kept
    record PutSso(SsoProvider.Settings settings) implements OperatorCommand {}

    /// Removes an identity provider. Its operators remain but can no longer sign in.
    record RemoveSso(UUID id) implements OperatorCommand {}

    /// Adds a passkey for the actor, an operator with any scopes. The device's response has been verified.
    ///
    /// @param credentialId see [dev.muster.model.credential.Passkey]; likewise `publicKey` and `signatureCount`
    record AddPasskey(String name, String credentialId, String publicKey, long signatureCount)
            implements OperatorCommand {}

    /// Removes a passkey of an operator, or all of them. Operators may remove their own, whatever their scopes.
    ///
    /// @param id null for all
    record RemovePasskeys(Identifier.Key username, @Nullable UUID id) implements OperatorCommand {}

    /// Replaces the realm's policy on who must use a passkey.
    record SetPasskeyPolicy(PasskeyPolicy policy) implements OperatorCommand {}
}
