package dev.muster.console;

import dev.muster.model.UserRef;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An id in a path.
record UUIDs(UUID id) {
    private static final String FORM = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    /// Null where the text is none.
    static @Nullable UUIDs of(String text) {
        return text.matches(FORM) ? new UUIDs(UUID.fromString(text)) : null;
    }

    UserRef ref() {
        return UserRef.id(id);
    }
}
