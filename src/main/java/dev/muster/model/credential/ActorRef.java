package dev.muster.model.credential;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import java.util.UUID;

/// Identifies an actor in the journal and in holds by a kind and an id. The actor's name is not stored, but looked up
/// when needed.
public record ActorRef(Kind kind, UUID id) {
    private static final UUID NOBODY = new UUID(0, 0);

    /// The holder of the root key.
    public static final ActorRef ROOT = new ActorRef(Kind.ROOT, NOBODY);

    /// Muster itself: see [Actor#SYSTEM].
    public static final ActorRef SYSTEM = new ActorRef(Kind.SYSTEM, NOBODY);

    /// The text stored in the journal, such as `operator:0190…`.
    public String text() {
        return kind.wireName() + ":" + id;
    }

    /// Parses the output of [#text].
    public static ActorRef parse(String text) {
        int colon = text.indexOf(':');
        Kind kind = WireNamed.of(Kind.values(), text.substring(0, colon));
        if (kind == null) {
            throw new IllegalArgumentException("not an actor: " + text);
        }
        return new ActorRef(kind, UUID.fromString(text.substring(colon + 1)));
    }

    /// The kind of actor.
    public enum Kind implements Coded, WireNamed {
        SYSTEM(0, "system"),
        ROOT(1, "root"),
        API_KEY(2, "apiKey"),
        OPERATOR(3, "operator");

        public static final Codes<Kind> CODES = new Codes<>(values());

        private final int code;
        private final String word;

        Kind(int code, String word) {
            this.code = code;
            this.word = word;
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public String wireName() {
            return word;
        }
    }
}
