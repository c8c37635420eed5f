package dev.muster.api.rest;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Values as texts of this API; null stays null.
final class RestTexts {
    private RestTexts() {}

    static @Nullable String of(@Nullable Instant at) {
        return at == null ? null : Timestamps.text(at);
    }

    static @Nullable String of(@Nullable Identifier identifier) {
        return identifier == null ? null : identifier.text();
    }

    /// The id of a key or an operator. Root and the system are of no number.
    static @Nullable String id(ActorRef actor) {
        return switch (actor.kind()) {
            case API_KEY, OPERATOR -> actor.id().toString();
            case ROOT, SYSTEM -> null;
        };
    }
}
