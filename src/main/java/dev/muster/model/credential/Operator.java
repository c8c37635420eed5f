package dev.muster.model.credential;

import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A person who administers a realm's users in the console or through a vendor dialect's sign-in.
///
/// @param username the username as given; its folded form is unique among the realm's operators who are not deleted
/// @param passwordHash argon2id in PHC string format; empty if the operator has not chosen a password yet or has been
///     deleted
/// @param generation a number that is incremented when the operator gets a new password, is disabled, enabled or
///     deleted, or is signed out everywhere; tokens and sessions of an older generation are invalid
/// @param deletedAt when the operator was deleted; null if not. The row is kept so that the journal can still show who
///     acted; the username becomes available again
/// @param invitation an invitation, with whose link anyone can choose a new password; null if there is none
/// @param madeBy who created the operator; null if that was before creators were recorded
/// @param identity the identity with which the operator signs in at an identity provider, and thus without a password;
///     null for an operator who signs in with a password
public record Operator(
        UUID id,
        Identifier username,
        Role role,
        String passwordHash,
        long generation,
        Instant createdAt,
        @Nullable Instant disabledAt,
        @Nullable Instant deletedAt,
        @Nullable Invitation invitation,
        @Nullable Creator madeBy,
        @Nullable FederatedIdentity identity) {
    /// A link that lets an operator choose a password once.
    ///
    /// @param token SHA-256 of the token in the link; the token itself is not stored
    /// @param until when it expires, exclusive
    public record Invitation(Digest token, Instant until) {
        /// How long an invitation is valid.
        public static final Duration LIFETIME = Duration.ofDays(3);

        /// Omits the token's hash.
        @Override
        public String toString() {
            return "Invitation[until=" + until + "]";
        }
    }

    /// Whether the operator can sign in and act.
    public boolean isLive() {
        return disabledAt == null && deletedAt == null;
    }

    public boolean isDeleted() {
        return deletedAt != null;
    }

    public Actor actor() {
        return new Actor(
                new ActorRef(ActorRef.Kind.OPERATOR, id), username.text(), role.scopes(), role.rank(), generation);
    }

    /// Whether the operator has a password to sign in with.
    public boolean hasPassword() {
        return !passwordHash.isEmpty();
    }

    /// Whether the operator has a way to sign in: a password, or an identity at an identity provider.
    public boolean canSignIn() {
        return hasPassword() || identity != null;
    }

    /// Returns a copy with this password and state. Sessions, tokens and any invitation become invalid.
    public Operator with(String newPasswordHash, @Nullable Instant newDisabledAt) {
        return new Operator(
                id,
                username,
                role,
                newPasswordHash,
                generation + 1,
                createdAt,
                newDisabledAt,
                deletedAt,
                null,
                madeBy,
                identity);
    }

    /// Returns a copy that is signed out everywhere. An invitation stays valid.
    public Operator signedOut() {
        return new Operator(
                id,
                username,
                role,
                passwordHash,
                generation + 1,
                createdAt,
                disabledAt,
                deletedAt,
                invitation,
                madeBy,
                identity);
    }

    /// Returns a copy with a new invitation, which replaces any earlier one. The password, sessions and tokens stay
    /// valid until the invitation is accepted.
    public Operator invited(Invitation newInvitation) {
        return new Operator(
                id,
                username,
                role,
                passwordHash,
                generation,
                createdAt,
                disabledAt,
                deletedAt,
                newInvitation,
                madeBy,
                identity);
    }

    /// Returns a copy with this role. Tokens and sessions stay valid and get the rights of the role.
    public Operator in(Role newRole) {
        return new Operator(
                id,
                username,
                newRole,
                passwordHash,
                generation,
                createdAt,
                disabledAt,
                deletedAt,
                invitation,
                madeBy,
                identity);
    }

    /// Returns a deleted copy, which is also disabled.
    public Operator deleted(Instant now) {
        return new Operator(
                id,
                username,
                role,
                "",
                generation + 1,
                createdAt,
                disabledAt == null ? now : disabledAt,
                now,
                null,
                madeBy,
                identity);
    }
}
