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

/// Records who created which of a realm's keys and operators. Ended keys and deleted operators are included, so that
/// whatever they created can be traced back through them.
public final class Lineage {
    private final Map<UUID, Creator> creators = new HashMap<>();
    private final Map<UUID, Set<UUID>> made = new HashMap<>();
    private final Set<UUID> firstKeys = new HashSet<>();

    /// @param keys all keys of the realm, including ended ones
    /// @param operators all operators of the realm, including deleted ones
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

    /// Returns the key or operator together with everything that it created, directly or indirectly.
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

    /// Returns the key or operator together with its creator, that creator's creator, and so on. If an operator
    /// created something while acting through a key, both count as creators. Root is omitted, and so is Muster
    /// itself, which creates the operators who sign in through an identity provider.
    public Set<UUID> withAncestors(UUID credential) {
        Set<UUID> found = new HashSet<>();
        Deque<UUID> left = new ArrayDeque<>(List.of(credential));
        while (!left.isEmpty()) {
            UUID next = left.remove();
            Creator creator = creators.get(next);
            if (found.add(next) && creator != null && isOfRealm(creator)) {
                left.addAll(ids(creator));
            }
        }
        return found;
    }

    private static boolean isOfRealm(Creator creator) {
        return switch (creator.by().kind()) {
            case API_KEY, OPERATOR -> true;
            case ROOT, SYSTEM -> false;
        };
    }

    /// Whether the credential is one of the realm's first keys, which root created, or which were created before
    /// creators were recorded.
    public boolean isFirstKey(UUID credential) {
        return firstKeys.contains(credential);
    }
}
