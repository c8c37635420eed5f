package dev.muster.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A person who works on a realm's users in the browser or over a vendor's sign-in.
///
/// @param username as given; unique in the realm, folded
/// @param passwordHash argon2id in PHC string format
/// @param generation raised by a new password, by disabling and by signing out everywhere: tokens and sessions of an
///     older one are void
/// @param madeBy null for an operator who was made before makers were kept
public record Operator(
        UUID id,
        Identifier username,
        Role role,
        String passwordHash,
        long generation,
        Instant createdAt,
        @Nullable Instant disabledAt,
        @Nullable Maker madeBy) {

    public boolean isLive() {
        return disabledAt == null;
    }

    public Actor actor() {
        return new Actor(
                new ActorRef(ActorRef.Kind.OPERATOR, id), username.text(), role.scopes(), role.rank(), generation);
    }

    Operator with(String newPasswordHash, @Nullable Instant newDisabledAt) {
        return new Operator(id, username, role, newPasswordHash, generation + 1, createdAt, newDisabledAt, madeBy);
    }
}
