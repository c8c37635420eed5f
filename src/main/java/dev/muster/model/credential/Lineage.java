package dev.muster.model.credential;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who made which of a realm's keys and operators. Keys that have ended and operators who were deleted count
/// too: what they made goes back to those who made them.
public final class Lineage {
    private final Map<UUID, Creator> creators = new HashMap<>();
    private final Map<UUID, Set<UUID>> made = new HashMap<>();
    private final Set<UUID> firstKeys = new HashSet<>();

    /// @param keys all of the realm's
    /// @param operators all that the realm has and had
    public Lineage(Collection<ApiKey> keys, Collection<Operator> operators) {
        for (ApiKey key : keys) {
            add(key.id(), key.madeBy());
            if (key.madeBy() == null || key.madeBy().by().kind() == ActorRef.Kind.ROOT) {
                firstKeys.add(key.id());
            }
        }
        operators.forEach(operator -> add(operator.id(), operator.madeBy()));
    }

    private void add(UUID credential, @Nullable Creator creator) {
        if (creator != null) {
            creators.put(credential, creator);
            for (UUID by : ids(creator)) {
                made.computeIfAbsent(by, _ -> new HashSet<>()).add(credential);
            }
        }
    }

    private static List<UUID> ids(Creator creator) {
        return creator.through() == null
                ? List.of(creator.by().id())
                : List.of(creator.by().id(), creator.through());
    }

    /// A key or operator, and all that it made, and all that those made, and so on.
    public Set<UUID> withDescendants(UUID credential) {
        Set<UUID> found = new HashSet<>();
        Deque<UUID> left = new ArrayDeque<>(List.of(credential));
        while (!left.isEmpty()) {
            UUID next = left.remove();
            if (found.add(next)) {
                left.addAll(made.getOrDefault(next, Set.of()));
            }
        }
        return found;
    }

    /// A key or operator, and who made it, and who made those, and so on. Of an operator who acted through a
    /// key, the key counts as well. Root is not among them.
    public Set<UUID> withAncestors(UUID credential) {
        Set<UUID> found = new HashSet<>();
        Deque<UUID> left = new ArrayDeque<>(List.of(credential));
        while (!left.isEmpty()) {
            UUID next = left.remove();
            Creator creator = creators.get(next);
            if (found.add(next) && creator != null && creator.by().kind() != ActorRef.Kind.ROOT) {
                left.addAll(ids(creator));
            }
        }
        return found;
    }

    /// Whether it is one of the realm's first keys, which root made, or nobody of whom it is known.
    public boolean isFirstKey(UUID credential) {
        return firstKeys.contains(credential);
    }
}
