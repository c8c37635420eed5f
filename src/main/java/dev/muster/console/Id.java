package dev.muster.console;

import dev.muster.model.user.UserRef;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The id of something, as a path or a form has it.
record Id(UUID value) {
    private static final String FORM = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    /// Null where the text is none.
    static @Nullable Id of(String text) {
        return text.matches(FORM) ? new Id(UUID.fromString(text)) : null;
    }

    UserRef ref() {
        return UserRef.id(value);
    }
}
