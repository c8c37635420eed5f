package dev.muster.model.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The authenticated caller and their rights.
///
/// @param scopes the actor's scopes, including implied ones
/// @param generation the credential's generation when it was authenticated; tokens of an older generation are invalid
/// @param keys the API keys that an operator acts through: the one with which their token was issued, and one that a
///     dialect requires in addition; empty if there are none
/// @param provenAt when an operator last proved their identity, with a password or another [SignInMethod]; null if
///     unknown or for callers who send their credential with each request
public record Actor(
        ActorRef ref,
        String name,
        Set<Scope> scopes,
        Rank rank,
        long generation,
        Set<UUID> keys,
        @Nullable Instant provenAt) {
    /// How long a proof of identity counts as recent enough for a sensitive action (step-up authentication).
    public static final Duration PROOF_LIFETIME = Duration.ofMinutes(15);

    /// The holder of the root key, who creates tenants and keys and annuls bars, but cannot read users.
    public static final Actor ROOT = new Actor(ActorRef.ROOT, "root", Set.of(), Rank.SUPER, 0);

    /// Muster itself, which records what happens because time has passed, and creates the operators who sign in
    /// through an identity provider.
    public static final Actor SYSTEM = new Actor(ActorRef.SYSTEM, "system", Set.of(), Rank.REGULAR, 0);

    public Actor {
        scopes = Scope.withImplied(scopes);
    }

    /// Creates an actor with a single credential.
    public Actor(ActorRef ref, String name, Set<Scope> scopes, Rank rank, long generation) {
        this(ref, name, scopes, rank, generation, Set.of(), null);
    }

    public boolean isRoot() {
        return ref.kind() == ActorRef.Kind.ROOT;
    }

    /// Returns a copy with another time of the last proof.
    ///
    /// @param at when the actor last proved their identity; null if unknown
    public Actor withProofAt(@Nullable Instant at) {
        return new Actor(ref, name, scopes, rank, generation, keys, at);
    }

    /// Whether the actor's proof of identity is recent enough: true for [#PROOF_LIFETIME] after an operator's last
    /// proof, and always for callers who are not operators.
    public boolean hasRecentProof(Instant now) {
        return ref.kind() != ActorRef.Kind.OPERATOR
                || (provenAt != null && now.isBefore(provenAt.plus(PROOF_LIFETIME)));
    }

    /// Returns this operator acting through an API key. The result may do only what both may do, and nothing once
    /// the key has ended. The method can be called again to add a second key.
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

    /// Returns this actor, restricted to the rights of `limit`.
    public Actor within(Actor limit) {
        if (limit.scopes.containsAll(scopes) && limit.rank.compareTo(rank) >= 0) {
            return this;
        }
        Set<Scope> both = EnumSet.noneOf(Scope.class);
        both.addAll(scopes);
        both.retainAll(limit.scopes);
        Rank lower = limit.rank.compareTo(rank) < 0 ? limit.rank : rank;
        return new Actor(ref, name, both, lower, generation, keys, provenAt);
    }

    /// The credential against whose limits this actor's requests count: the API key if the actor is one or acts
    /// through one, otherwise the operator.
    public UUID charged() {
        if (keys.isEmpty()) {
            return ref.id();
        }
        // If there are several keys, this always selects the same one.
        return keys.stream().min(Comparator.naturalOrder()).orElse(ref.id());
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
