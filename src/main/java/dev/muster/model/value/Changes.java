package dev.muster.model.value;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The changes recorded in one journal entry: for each field, its values before and after. A value is null, a string, a
/// `Long`, a `Boolean`, or a list or map of values. Instants are strings (RFC 3339, UTC, milliseconds).
public record Changes(SortedMap<String, FieldChange> byField) {
    public static final Changes NONE = new Changes(Collections.emptySortedMap());

    /// The values of one field before and after. A value is null if the field has none.
    public record FieldChange(
            @Nullable Object before, @Nullable Object after) {}

    /// Returns the differences between two maps of values. A field that is missing from a map has no value.
    public static Changes between(Map<String, Object> before, Map<String, Object> after) {
        Draft changes = new Draft();
        Set<String> fields = new TreeSet<>(before.keySet());
        fields.addAll(after.keySet());
        for (String field : fields) {
            if (!Objects.equals(before.get(field), after.get(field))) {
                changes.put(field, before.get(field), after.get(field));
            }
        }
        return changes.build();
    }

    /// Applies these changes to `values`.
    public void applyTo(Map<String, Object> values) {
        byField.forEach((field, change) -> {
            if (change.after() == null) {
                values.remove(field);
            } else {
                values.put(field, change.after());
            }
        });
    }

    /// Returns these changes together with those of `other`, which must be about other fields.
    public Changes and(Changes other) {
        if (other.isEmpty()) {
            return this;
        }
        Draft both = new Draft();
        byField.forEach((field, change) -> both.put(field, change.before(), change.after()));
        other.byField.forEach((field, change) -> both.put(field, change.before(), change.after()));
        return both.build();
    }

    public boolean isEmpty() {
        return byField.isEmpty();
    }

    /// Collects changes.
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
