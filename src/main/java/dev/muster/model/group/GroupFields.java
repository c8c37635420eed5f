package dev.muster.model.group;

import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Groups and policies by their fields' names, as the journal keeps them. All entries about one, in order, make
/// it again as it was then.
public final class GroupFields {
    private GroupFields() {}

    /// What differs between two states of a group, or of a policy; null before it was created.
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

    /// What the journal says a group was, after these of its entries; the count of its members is not among
    /// that.
    public static Group group(UUID id, Map<String, Object> fields, Instant createdAt, Instant updatedAt) {
        return new Group(
                id,
                (String) Objects.requireNonNull(fields.get("name")),
                (String) fields.get("description"),
                0,
                createdAt,
                updatedAt);
    }

    /// What the journal says a policy was, after these of its entries; how often it was assigned is not among
    /// that.
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
