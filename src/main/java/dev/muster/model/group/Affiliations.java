package dev.muster.model.group;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/// The ids of a user's groups and of the policies assigned to the user directly. Immutable. They are kept while the
/// user is removed, but have no effect.
public record Affiliations(Set<UUID> groups, Set<UUID> policies) {
    public static final Affiliations NONE = new Affiliations(Set.of(), Set.of());

    public boolean isEmpty() {
        return groups.isEmpty() && policies.isEmpty();
    }

    /// Whether the user is in this group, or this policy is assigned to them.
    public boolean has(Affiliation thing) {
        return (thing instanceof Group ? groups : policies).contains(thing.id());
    }

    /// Returns a copy with or without the group or policy.
    public Affiliations with(Affiliation thing, boolean has) {
        return thing instanceof Group ? withGroup(thing.id(), has) : withPolicy(thing.id(), has);
    }

    public Affiliations withGroup(UUID group, boolean has) {
        return new Affiliations(with(groups, group, has), policies);
    }

    public Affiliations withPolicy(UUID policy, boolean has) {
        return new Affiliations(groups, with(policies, policy, has));
    }

    /// Returns a copy of `ids` with or without `id`.
    public static Set<UUID> with(Set<UUID> ids, UUID id, boolean has) {
        Set<UUID> next = new LinkedHashSet<>(ids);
        if (has) {
            next.add(id);
        } else {
            next.remove(id);
        }
        return next;
    }
}
