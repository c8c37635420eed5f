package dev.muster.model.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who is asking, and what they may do.
///
/// @param generation the credential's generation when it was proven; a token of an older one is void
/// @param keys the API keys that an operator acts through: the one that their token was made with, and the
///     one that a dialect asks for besides; empty where one credential is all
/// @param provenAt when an operator last proved who they are, with a password or by another [SignInMethod];
///     null if that is not known, and for everybody who sends their credential with each request
public record Actor(
        ActorRef ref,
        String name,
        Set<Scope> scopes,
        Rank rank,
        long generation,
        Set<UUID> keys,
        @Nullable Instant provenAt) {
    /// How long an operator's proof is good for what is asked for again (step-up authentication).
    public static final Duration PROOF_LASTS = Duration.ofMinutes(15);

    /// The holder of the root key: makes tenants and keys and annuls bars, reads no user.
    public static final Actor ROOT = new Actor(ActorRef.ROOT, "root", Set.of(), Rank.SUPER, 0);

    /// Muster itself: journals what ends by the passing of time.
    public static final Actor SYSTEM = new Actor(ActorRef.SYSTEM, "system", Set.of(), Rank.REGULAR, 0);

    /// Whoever needs no credential besides their own.
    public Actor(ActorRef ref, String name, Set<Scope> scopes, Rank rank, long generation) {
        this(ref, name, scopes, rank, generation, Set.of(), null);
    }

    public boolean isRoot() {
        return ref.kind() == ActorRef.Kind.ROOT;
    }

    /// The same actor, who proved at `at` who they are.
    ///
    /// @param at null if it is not known
    public Actor proven(@Nullable Instant at) {
        return new Actor(ref, name, scopes, rank, generation, keys, at);
    }

    /// Whether the actor need not prove again who they are: for [#PROOF_LASTS] after an operator's last
    /// proof, and always for whoever is not an operator.
    public boolean isProven(Instant now) {
        return ref.kind() != ActorRef.Kind.OPERATOR || (provenAt != null && now.isBefore(provenAt.plus(PROOF_LASTS)));
    }

    /// This operator, who acts through an API key besides: may do what both may, and nothing once the key has
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
        return new Actor(ref, name, both.scopes, both.rank, generation, Set.copyOf(all), provenAt);
    }

    /// This actor, who may do no more than `asked` may.
    public Actor within(Actor asked) {
        if (asked.scopes.containsAll(scopes) && asked.rank.compareTo(rank) >= 0) {
            return this;
        }
        Set<Scope> both = EnumSet.noneOf(Scope.class);
        both.addAll(scopes);
        both.retainAll(asked.scopes);
        Rank lower = asked.rank.compareTo(rank) < 0 ? asked.rank : rank;
        return new Actor(ref, name, both, lower, generation, keys, provenAt);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
