package dev.muster.model.user;

import dev.muster.model.value.Identifier;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a caller names a user.
public sealed interface UserRef {
    /// One that says outright what it is.
    sealed interface Plain extends UserRef {}

    record ById(UUID id) implements Plain {}

    record ByNumber(long number) implements Plain {}

    record ByIdentifier(Identifier.Key key) implements Plain {}

    /// An external id, and where nobody has that, a user id: no user's external id is another's id, so it can
    /// mean one user at the most.
    record ByExternalIdOrId(ByIdentifier externalId, ById id) implements UserRef {}

    static UserRef id(UUID id) {
        return new ById(id);
    }

    static UserRef number(long number) {
        return new ByNumber(number);
    }

    /// Folds `text`; one that no user can have is simply not found. Storage is never asked for U+0000 or for
    /// half of a character, which not every database takes.
    static UserRef identifier(Identifier.Kind kind, String text) {
        String folded = isUnicode(text) ? Identifier.fold(kind, Identifier.trimmed(text)) : "";
        return new ByIdentifier(new Identifier.Key(kind, folded));
    }

    /// What vendors call a user id: an external id, else a user id.
    static UserRef externalIdOrId(String text) {
        ByIdentifier externalId = (ByIdentifier) identifier(Identifier.Kind.EXTERNAL_ID, text);
        UUID id = Identifier.idLike(externalId.key().folded());
        return id == null ? externalId : new ByExternalIdOrId(externalId, new ById(id));
    }

    /// The identifier in it that may be barred; null if there is none.
    default Identifier.@Nullable Key barrable() {
        return switch (this) {
            case ById _, ByNumber _ -> null;
            case ByIdentifier(var key) -> key.kind().barrable() ? key : null;
            case ByExternalIdOrId(var externalId, var _) -> externalId.key();
        };
    }

    private static boolean isUnicode(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    /// As shown in a message.
    default String text() {
        return switch (this) {
            case ById(var id) -> id.toString();
            case ByNumber(var number) -> Long.toString(number);
            case ByIdentifier(var key) -> key.folded();
            case ByExternalIdOrId(var externalId, var _) -> externalId.key().folded();
        };
    }
}
