package dev.muster.model.credential;

import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A person who administers a realm's users in the console or through a vendor dialect's sign-in.
///
/// @param username the username as given; unique among the realm's operators who are not deleted, once folded
/// @param passwordHash argon2id in PHC string format; empty for an operator who has not chosen a password yet,
///     and once deleted
/// @param generation incremented by a new password, disabling, enabling, deleting and signing out everywhere:
///     older tokens and sessions are void
/// @param deletedAt when the operator was deleted; null if not. The row is kept so that the journal stays
///     readable and shows who acted; the username becomes free
/// @param invitation lets anyone who has its link choose a new password; null if there is none
/// @param madeBy null for an operator created before creators were recorded
/// @param identity the identity at an identity provider, which signs the operator in. Such an operator has no
///     password. Null for an operator with a password
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
        public static final Duration LASTS = Duration.ofDays(3);

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

    /// With another password or state: sessions, tokens and any invitation become void.
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

    /// Signed out everywhere. An invitation stays valid.
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

    /// With a new invitation, which replaces an earlier one. The password, sessions and tokens stay valid until
    /// it is accepted.
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

    /// With another role. Tokens and sessions stay valid and get its rights.
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

    /// A deleted, and therefore disabled, copy.
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
