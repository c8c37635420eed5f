package dev.muster.model.credential;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who created a key or an operator.
///
/// @param by the creator: an API key, an operator or root, or Muster itself for operators who sign in through an
///     identity provider
/// @param through the API key that the operator acted through, which must also be live; null if there was none
public record Creator(ActorRef by, @Nullable UUID through) {
    public static Creator of(Actor actor) {
        // There is at most one key: only a dialect that creates no credentials uses two.
        return new Creator(actor.ref(), actor.keys().stream().findFirst().orElse(null));
    }

    /// Whether the creator is this key or operator, or an operator acting through this key.
    public boolean is(UUID credential) {
        return credential.equals(by.id()) || credential.equals(through);
    }
}
