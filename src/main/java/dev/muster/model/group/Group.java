package dev.muster.model.group;

import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A named set of a realm's users. Policies can be assigned to it.
///
/// @param name unique in the realm once folded; 1 to 200 characters
/// @param description a description of at most 1,000 characters
/// @param members how many users are in it, without removed ones
public record Group(
        UUID id, String name, @Nullable String description, long members, Instant createdAt, Instant updatedAt)
        implements Affiliation {
    /// The folded name that names of groups and policies are compared by.
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
