package dev.muster.model.credential;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/// Who is asking, and what they may do.
///
/// @param generation the credential's generation when it was proven; a token of an older one is void
/// @param keys the API keys that an operator acts through: the one that their token was made with, and the one
///     that a dialect asks for besides; empty where one credential is all
public record Actor(ActorRef ref, String name, Set<Scope> scopes, Rank rank, long generation, Set<UUID> keys) {
    /// The holder of the root key: makes tenants and keys and annuls bars, reads no user.
    public static final Actor ROOT = new Actor(ActorRef.ROOT, "root", Set.of(), Rank.SUPER, 0);

    /// Muster itself: journals what ends by the passing of time.
    public static final Actor SYSTEM = new Actor(ActorRef.SYSTEM, "system", Set.of(), Rank.REGULAR, 0);

    /// Whoever needs no credential besides their own.
    public Actor(ActorRef ref, String name, Set<Scope> scopes, Rank rank, long generation) {
        this(ref, name, scopes, rank, generation, Set.of());
    }

    public boolean isRoot() {
        return ref.kind() == ActorRef.Kind.ROOT;
    }

    /// This operator, who acts through an API key besides: may do what both may, and nothing once the key has ended.
    /// Can be called again for a second key.
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

    /// This actor, who may do no more than `asked` may.
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
