package dev.muster.model;

import java.util.UUID;

/// How a caller names a user.
public sealed interface UserRef {
    record ById(UUID id) implements UserRef {}

    record ByNumber(long number) implements UserRef {}

    record ByIdentifier(Identifier.Key key) implements UserRef {}

    static UserRef id(UUID id) {
        return new ById(id);
    }

    static UserRef number(long number) {
        return new ByNumber(number);
    }

    /// Folds `text`; one that no user can have is simply not found.
    static UserRef identifier(Identifier.Kind kind, String text) {
        return new ByIdentifier(new Identifier.Key(kind, Identifier.fold(kind, text.strip())));
    }

    /// As it stands in a message.
    default String text() {
        return switch (this) {
            case ById(var id) -> id.toString();
            case ByNumber(var number) -> Long.toString(number);
            case ByIdentifier(var key) -> key.folded();
        };
    }
}
