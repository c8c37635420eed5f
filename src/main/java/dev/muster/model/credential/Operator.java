package dev.muster.model.credential;

import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A person who administers a realm's users in the console or through a vendor dialect's sign-in.
///
/// @param username as given; unique among the realm's operators who are not deleted, once folded
/// @param passwordHash argon2id in PHC string format; empty once deleted
/// @param generation incremented by a new password, disabling, enabling, deleting and signing out everywhere:
///     older tokens and sessions are void
/// @param deletedAt when the operator was deleted, or null. The row is kept so that the journal stays
///     readable and shows who acted; the username becomes free
/// @param madeBy null for an operator created before creators were recorded
public record Operator(
        UUID id,
        Identifier username,
        Role role,
        String passwordHash,
        long generation,
        Instant createdAt,
        @Nullable Instant disabledAt,
        @Nullable Instant deletedAt,
        @Nullable Creator madeBy) {

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
                id, username, role, newPasswordHash, generation + 1, createdAt, newDisabledAt, deletedAt, madeBy);
    }

    /// With another role. Tokens and sessions stay valid and get its rights.
    public Operator in(Role newRole) {
        return new Operator(id, username, newRole, passwordHash, generation, createdAt, disabledAt, deletedAt, madeBy);
    }

    /// A deleted, and therefore disabled, copy.
    public Operator deleted(Instant now) {
        return new Operator(
                id, username, role, "", generation + 1, createdAt, disabledAt == null ? now : disabledAt, now, madeBy);
    }
}
