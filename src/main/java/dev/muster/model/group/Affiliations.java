package dev.muster.model.group;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/// The groups that a user is in and the policies that are assigned to the user themselves, by their ids. A value.
/// While the user is removed they do not count, and stay.
public record Affiliations(Set<UUID> groups, Set<UUID> policies) {
    public static final Affiliations NONE = new Affiliations(Set.of(), Set.of());

    public boolean isEmpty() {
        return groups.isEmpty() && policies.isEmpty();
    }

    public Affiliations withGroup(UUID group) {
        return new Affiliations(with(groups, group), policies);
    }

    public Affiliations withPolicy(UUID policy) {
        return new Affiliations(groups, with(policies, policy));
    }

    public Affiliations withoutGroup(UUID group) {
        return new Affiliations(without(groups, group), policies);
    }

    public Affiliations withoutPolicy(UUID policy) {
        return new Affiliations(groups, without(policies, policy));
    }

    public static Set<UUID> with(Set<UUID> ids, UUID id) {
        Set<UUID> more = new LinkedHashSet<>(ids);
        more.add(id);
        return more;
    }

    public static Set<UUID> without(Set<UUID> ids, UUID id) {
        Set<UUID> fewer = new LinkedHashSet<>(ids);
        fewer.remove(id);
        return fewer;
    }
}
