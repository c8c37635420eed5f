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

    /// Folds `text`; one that no user can have is simply not found. Storage is never asked for U+0000 or for half of a
    /// character, which not every database takes.
    static UserRef identifier(Identifier.Kind kind, String text) {
        String folded = isUnicode(text) ? Identifier.fold(kind, Identifier.trimmed(text)) : "";
        return new ByIdentifier(new Identifier.Key(kind, folded));
    }

    private static boolean isUnicode(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
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
