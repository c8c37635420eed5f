package dev.muster.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one journal entry changed, by field: the value before and the value after. A value is null, a text, a
/// `Long`, a `Boolean`, or a list or a map of values; instants are texts (RFC 3339, UTC, milliseconds).
public record Changes(SortedMap<String, FieldChange> byField) {
    public static final Changes NONE = new Changes(Collections.emptySortedMap());

    /// One field's value before and after; null where there was or is none.
    public record FieldChange(
            @Nullable Object before, @Nullable Object after) {}

    public boolean isEmpty() {
        return byField.isEmpty();
    }

    /// A collector for them.
    public static final class Draft {
        private final SortedMap<String, FieldChange> byField = new TreeMap<>();

        public Draft put(String field, @Nullable Object before, @Nullable Object after) {
            byField.put(field, new FieldChange(before, after));
            return this;
        }

        public Changes build() {
            return byField.isEmpty() ? NONE : new Changes(byField);
        }
    }
}
