package dev.muster.model.credential;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/// The authenticated caller and their rights.
///
/// @param generation the credential's generation when it was authenticated; tokens of an older generation are
///     void
/// @param keys the API keys an operator acts through: the one their token was issued with, and one that a
///     dialect requires in addition; empty if only one credential was needed
public record Actor(ActorRef ref, String name, Set<Scope> scopes, Rank rank, long generation, Set<UUID> keys) {
    /// The holder of the root key: creates tenants and keys and annuls bars, but cannot read users.
    public static final Actor ROOT = new Actor(ActorRef.ROOT, "root", Set.of(), Rank.SUPER, 0);

    /// Muster itself: journals what happens by the passing of time.
    public static final Actor SYSTEM = new Actor(ActorRef.SYSTEM, "system", Set.of(), Rank.REGULAR, 0);

    /// An actor with a single credential.
    public Actor(ActorRef ref, String name, Set<Scope> scopes, Rank rank, long generation) {
        this(ref, name, scopes, rank, generation, Set.of());
    }

    public boolean isRoot() {
        return ref.kind() == ActorRef.Kind.ROOT;
    }

    /// This operator acting through an API key: may do only what both may, and nothing once the key has
    /// ended. Can be called again for a second key.
    ///
    /// @param apiKey a key of the operator's own realm
    public Actor through(Actor apiKey) {
        if (ref.kind() != ActorRef.Kind.OPERATOR || apiKey.ref.kind() != ActorRef.Kind.API_KEY) {
            throw new IllegalArgumentException(
                    "an operator acts through an API key, not " + ref + " through " + apiKey.ref);
        }
        Actor both = within(apiKey);
        Set<UUID> all = new HashSet<>(keys);
        all.add(apiKey.ref.id());
        return new Actor(ref, name, both.scopes, both.rank, generation, Set.copyOf(all));
    }

    /// This actor restricted to the rights of `asked`.
    public Actor within(Actor asked) {
        if (asked.scopes.containsAll(scopes) && asked.rank.compareTo(rank) >= 0) {
            return this;
        }
        Set<Scope> both = EnumSet.noneOf(Scope.class);
        both.addAll(scopes);
        both.retainAll(asked.scopes);
        return new Actor(ref, name, both, asked.rank.compareTo(rank) < 0 ? asked.rank : rank, generation, keys);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
