package dev.muster.model.group;

import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The fields of groups and policies by name, as journalled. Applying all entries about a group or policy in
/// order rebuilds it.
public final class GroupFields {
    private GroupFields() {}

    /// Returns the differences between two states of a group or policy. `before` is null for a new one.
    public static <T extends Affiliation> Changes diff(@Nullable T before, T after) {
        return Changes.between(before == null ? Map.of() : out(before), out(after));
    }

    private static Map<String, Object> out(Affiliation thing) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", thing.name());
        if (thing.description() != null) {
            out.put("description", thing.description());
        }
        if (thing instanceof Policy policy) {
            out.put("resources", policy.resources());
        }
        return out;
    }

    /// Rebuilds a group from its journalled fields, which do not include the member count.
    public static Group group(UUID id, Map<String, Object> fields, Instant createdAt, Instant updatedAt) {
        return new Group(
                id,
                (String) Objects.requireNonNull(fields.get("name")),
                (String) fields.get("description"),
                0,
                createdAt,
                updatedAt);
    }

    /// Rebuilds a policy from its journalled fields, which do not include its assignment counts.
    public static Policy policy(UUID id, Map<String, Object> fields, Instant createdAt, Instant updatedAt) {
        List<String> resources = ((List<?>) fields.getOrDefault("resources", List.of()))
                .stream().map(String.class::cast).toList();
        return new Policy(
                id,
                (String) Objects.requireNonNull(fields.get("name")),
                (String) fields.get("description"),
                resources,
                0,
                0,
                createdAt,
                updatedAt);
    }
}
