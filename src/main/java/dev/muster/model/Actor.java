package dev.muster.model;

import java.util.EnumSet;
import java.util.Set;

/// Who is asking, and what they may do.
///
/// @param generation the credential's generation when it was proven; a token of an older one is void
public record Actor(ActorRef ref, String name, Set<Scope> scopes, Rank rank, long generation) {
    /// The holder of the root key: makes tenants and keys and annuls bars, reads no user.
    public static final Actor ROOT = new Actor(ActorRef.ROOT, "root", Set.of(), Rank.SUPER, 0);

    /// Muster itself: journals what ends by the passing of time.
    public static final Actor SYSTEM = new Actor(ActorRef.SYSTEM, "system", Set.of(), Rank.REGULAR, 0);

    public boolean isRoot() {
        return ref.kind() == ActorRef.Kind.ROOT;
    }

    /// This actor, who may do no more than `asked` may.
    Actor within(Actor asked) {
        if (asked.scopes.containsAll(scopes) && asked.rank.compareTo(rank) >= 0) {
            return this;
        }
        Set<Scope> both = EnumSet.noneOf(Scope.class);
        both.addAll(scopes);
        both.retainAll(asked.scopes);
        return new Actor(ref, name, both, asked.rank.compareTo(rank) < 0 ? asked.rank : rank, generation);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
