package dev.muster.model.value;

import org.jspecify.annotations.Nullable;

/// A requested change of one field: the new value, or null to clear the field. A field without an edit stays unchanged.
public record Edit<T extends @Nullable Object>(T value) {
    /// Returns the edited value, or `current` if there is no edit.
    public static <T extends @Nullable Object> T applied(@Nullable Edit<T> edit, T current) {
        return edit == null ? current : edit.value();
    }
}
