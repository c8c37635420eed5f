package dev.muster.model.credential;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who made a key or an operator.
///
/// @param by an API key, an operator or root
/// @param through the API key that the operator acted through, whose expiry and revocation count as well; null
///     for none
public record Creator(ActorRef by, @Nullable UUID through) {
    public static Creator of(Actor actor) {
        // Two keys at once are only ever shown to a dialect that makes no credentials.
        return new Creator(actor.ref(), actor.keys().stream().findFirst().orElse(null));
    }

    /// Whether it is this key or operator, or an operator who acted through this key.
    public boolean is(UUID credential) {
        return credential.equals(by.id()) || credential.equals(through);
    }
}
