package dev.muster.model.value;

import org.jspecify.annotations.Nullable;

/// A requested change of one field: the new value, or null to empty it. A field without an edit is unchanged.
public record Edit<T extends @Nullable Object>(T value) {
    /// The edited value, or `current` without an edit.
    public static <T extends @Nullable Object> T applied(@Nullable Edit<T> edit, T current) {
        return edit == null ? current : edit.value();
    }
}
