package dev.muster.model.credential;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who created a key or an operator.
///
/// @param by an API key, an operator or root; Muster itself for operators who sign in through an identity provider
/// @param through the API key that the operator acted through, whose expiry and revocation apply as well; null
///     if there was none
public record Creator(ActorRef by, @Nullable UUID through) {
    public static Creator of(Actor actor) {
        // Operators act through two keys only in a dialect that creates no credentials.
        return new Creator(actor.ref(), actor.keys().stream().findFirst().orElse(null));
    }

    /// Whether the creator is this key or operator, or an operator acting through this key.
    public boolean is(UUID credential) {
        return credential.equals(by.id()) || credential.equals(through);
    }
}
