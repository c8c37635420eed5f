package dev.muster.api.rest;

import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses references to users, such as `{ref}` in paths and the items of `refs`.
final class UserRefs {
    static final String FORMS = "Must be a user id, or external:, email:, username: or number: and a value.";

    static final String EXTERNAL = "external:";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private UserRefs() {}

    /// Parses a reference; null if it has none of the [#FORMS]. The user need not exist.
    static @Nullable UserRef parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            UUID id = RestFields.uuid(text);
            return id == null ? null : UserRef.id(id);
        }
        String value = text.substring(colon + 1);
        if (value.isBlank()) {
            return null;
        }
        return switch (text.substring(0, colon)) {
            case "external" -> UserRef.identifier(Identifier.Kind.EXTERNAL_ID, value);
            case "email" -> UserRef.identifier(Identifier.Kind.EMAIL, value);
            case "username" -> UserRef.identifier(Identifier.Kind.USERNAME, value);
            case "number" -> NUMBER.matcher(value).matches() ? UserRef.number(Long.parseLong(value)) : null;
            default -> null;
        };
    }
}
