package dev.muster.model.group;

import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A named set of a realm's users. Policies can be assigned to it.
///
/// @param name the name, whose folded form is unique in the realm; 1 to 200 characters
/// @param description a description of at most 1,000 characters
/// @param members the number of members, not counting removed users
public record Group(
        UUID id, String name, @Nullable String description, long members, Instant createdAt, Instant updatedAt)
        implements Affiliation {
    /// Returns the folded form of a name, which is used to compare names of groups and policies.
    public static String folded(String name) {
        return Identifier.fold(Identifier.Kind.USERNAME, name);
    }

    public Group renamed(String nextName, @Nullable String nextDescription, Instant now) {
        return new Group(id, nextName, nextDescription, members, createdAt, now);
    }

    public Group withMembers(long next) {
        return new Group(id, name, description, next, createdAt, updatedAt);
    }
}
