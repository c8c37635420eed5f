package dev.muster.model.user;

import dev.muster.model.value.Identifier;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A caller's reference to a user.
public sealed interface UserRef {
    /// A reference of one specific kind.
    sealed interface Plain extends UserRef {}

    record ById(UUID id) implements Plain {}

    record ByNumber(long number) implements Plain {}

    record ByIdentifier(Identifier.Key key) implements Plain {}

    /// An external id or, if no user has that external id, a user id. This is unambiguous, because no user's
    /// external id equals another user's id.
    record ByExternalIdOrId(ByIdentifier externalId, ById id) implements UserRef {}

    static UserRef id(UUID id) {
        return new ById(id);
    }

    static UserRef number(long number) {
        return new ByNumber(number);
    }

    /// Creates a reference by identifier; folds `text`. A value that no user can have is simply not found: storage
    /// is never queried for U+0000 or unpaired surrogates, which not every database accepts.
    static UserRef identifier(Identifier.Kind kind, String text) {
        String folded = isUnicode(text) ? Identifier.fold(kind, Identifier.trimmed(text)) : "";
        return new ByIdentifier(new Identifier.Key(kind, folded));
    }

    /// Creates a reference from what vendors call a user id: an external id or, if no user has that external id,
    /// one of Muster's user ids.
    static UserRef externalIdOrId(String text) {
        ByIdentifier externalId = (ByIdentifier) identifier(Identifier.Kind.EXTERNAL_ID, text);
        UUID id = Identifier.idLike(externalId.key().folded());
        return id == null ? externalId : new ByExternalIdOrId(externalId, new ById(id));
    }

    /// The identifier in this reference that can be barred; null if there is none.
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

    /// The text shown in messages.
    default String text() {
        return switch (this) {
            case ById(var id) -> id.toString();
            case ByNumber(var number) -> Long.toString(number);
            case ByIdentifier(var key) -> key.folded();
            case ByExternalIdOrId(var externalId, var _) -> externalId.key().folded();
        };
    }
}
