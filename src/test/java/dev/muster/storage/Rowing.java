package dev.muster.storage;

import dev.muster.model.Identifier;

/// Makes rows for tests.
final class Rowing {
    private Rowing() {}

    static Identifier identifier(Identifier.Kind kind, String text) {
        return new Identifier(kind, text, Identifier.fold(kind, text));
    }
}
