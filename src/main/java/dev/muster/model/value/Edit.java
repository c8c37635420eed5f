package dev.muster.model.value;

import org.jspecify.annotations.Nullable;

/// A change asked of one field: the new value, or null to empty it. Where no edit is given the field stays.
public record Edit<T extends @Nullable Object>(T value) {
    /// `current` with `edit` done, where there is one.
    public static <T extends @Nullable Object> T applied(@Nullable Edit<T> edit, T current) {
        return edit == null ? current : edit.value();
    }
}
