package dev.muster.model.credential;

import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A person who works on a realm's users in the browser or over a vendor's sign-in.
///
/// @param username as given; unique among the realm's operators who are not deleted, folded
/// @param passwordHash argon2id in PHC string format; empty once deleted
/// @param generation raised by a new password, by disabling, deleting and signing out everywhere: tokens and
///     sessions of an older one are void
/// @param deletedAt when the operator was deleted; null for one who is there. The record stays, so that the
///     journal can be read and names who did what; the username is free again
/// @param madeBy null for an operator who was made before makers were kept
/// @param identity as whom an identity provider signs the operator in; null for one with a password. An operator
///     with an identity has no password
public record Operator(
        UUID id,
        Identifier username,
        Role role,
        String passwordHash,
        long generation,
        Instant createdAt,
        @Nullable Instant disabledAt,
        @Nullable Instant deletedAt,
        @Nullable Creator madeBy,
        @Nullable FederatedIdentity identity) {

    /// An operator who signs in with a password.
    public Operator(
            UUID id,
            Identifier username,
            Role role,
            String passwordHash,
            long generation,
            Instant createdAt,
            @Nullable Instant disabledAt,
            @Nullable Instant deletedAt,
            @Nullable Creator madeBy) {
        this(id, username, role, passwordHash, generation, createdAt, disabledAt, deletedAt, madeBy, null);
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
                madeBy,
                identity);
    }

    /// With another role. Tokens and sessions stay valid and get its rights.
    public Operator in(Role newRole) {
        return new Operator(
                id, username, newRole, passwordHash, generation, createdAt, disabledAt, deletedAt, madeBy, identity);
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
                madeBy,
                identity);
    }
}
