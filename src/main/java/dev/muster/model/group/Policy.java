package dev.muster.model.group;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A policy, which grants users and groups access to resources.
///
/// @param name the name, whose folded form is unique in the realm; 1 to 200 characters
/// @param description a description of at most 1,000 characters
/// @param resources the resources that it grants access to: at most 100 strings of 1 to 255 characters, without
///     duplicates
/// @param users the number of users it is assigned to directly, including removed users
/// @param groups the number of groups it is assigned to
public record Policy(
        UUID id,
        String name,
        @Nullable String description,
        List<String> resources,
        long users,
        long groups,
        Instant createdAt,
        Instant updatedAt)
        implements Affiliation {
    public Policy {
        resources = List.copyOf(resources);
    }

    public Policy edited(String nextName, @Nullable String nextDescription, List<String> nextResources, Instant now) {
        return new Policy(id, nextName, nextDescription, nextResources, users, groups, createdAt, now);
    }

    public Policy withUsers(long next) {
        return new Policy(id, name, description, resources, next, groups, createdAt, updatedAt);
    }

    public Policy withGroups(long next) {
        return new Policy(id, name, description, resources, users, next, createdAt, updatedAt);
    }
}
