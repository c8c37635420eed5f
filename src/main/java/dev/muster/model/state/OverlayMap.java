package dev.muster.model.state;

import dev.muster.model.UnreadableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The objects of one kind. Changed objects take precedence over loaded ones. Looking up an absent object returns null;
/// looking up an object that was not loaded is a bug and throws.
///
/// An overlay keeps its own changes and reads everything else from its base. All loading must be finished before the
/// first overlay is created.
final class OverlayMap<K, V> {
    private final String what;
    private final @Nullable OverlayMap<K, V> below;

    // The maps are created when the first entry is added, because most requests change only one or two kinds of
    // objects.
    private Map<K, Optional<V>> loaded = Map.of();
    private Map<K, Optional<V>> changed = Map.of();
    private Map<K, UnreadableException> unreadable = Map.of();

    /// @param what the kind of object, for error messages
    /// @param below the base of this overlay; null if this is not an overlay
    OverlayMap(String what, @Nullable OverlayMap<K, V> below) {
        this.what = what;
        this.below = below;
        if (below != null) {
            unreadable = below.unreadable;
        }
    }

    /// Applies the changes of this overlay to its base.
    void merge() {
        if (below != null) {
            changed.forEach(below::change);
        }
    }

    void load(K key, V value) {
        load(key, Optional.of(value));
    }

    void loadAbsent(K key) {
        load(key, Optional.empty());
    }

    /// Records that each object with one of these keys is absent if it was not loaded.
    void loadAbsent(Iterable<K> keys) {
        for (K key : keys) {
            if (!loaded.containsKey(key)) {
                loadAbsent(key);
            }
        }
    }

    /// Records that the object exists but its row cannot be read. Looking it up throws `cause`.
    void loadUnreadable(K key, UnreadableException cause) {
        if (unreadable.isEmpty()) {
            unreadable = new HashMap<>();
        }
        unreadable.put(key, cause);
        loadAbsent(key);
    }

    private void load(K key, Optional<V> value) {
        if (loaded.isEmpty()) {
            loaded = new HashMap<>();
        }
        loaded.put(key, value);
    }

    Set<K> loadedKeys() {
        return loaded.keySet();
    }

    void put(K key, V value) {
        change(key, Optional.of(value));
    }

    void remove(K key) {
        change(key, Optional.empty());
    }

    private void change(K key, Optional<V> value) {
        if (changed.isEmpty()) {
            changed = new LinkedHashMap<>();
        }
        changed.put(key, value);
    }

    /// Replaces every known value, loaded or changed.
    void replaceAll(UnaryOperator<V> by) {
        if (!loaded.isEmpty()) {
            loaded.replaceAll((_, value) -> value.map(by));
        }
        if (!changed.isEmpty()) {
            changed.replaceAll((_, value) -> value.map(by));
        }
    }

    /// The object, or null if it is absent.
    ///
    /// @throws IllegalStateException if it was not loaded
    /// @throws UnreadableException if its row cannot be read
    @Nullable
    V find(K key) {
        UnreadableException cause = unreadable.get(key);
        if (cause != null) {
            throw cause;
        }
        Optional<V> known = known(key);
        if (known == null) {
            throw new IllegalStateException("not loaded: " + what);
        }
        return known.orElse(null);
    }

    /// The object, or null if it is absent or unknown.
    @Nullable
    V peek(K key) {
        Optional<V> known = known(key);
        return known == null ? null : known.orElse(null);
    }

    /// Whether the object was loaded, found absent, or changed.
    boolean isKnown(K key) {
        return known(key) != null;
    }

    @SuppressWarnings("NullableOptional") // null if nothing is known, empty if it is known to be absent
    private @Nullable Optional<V> known(K key) {
        Optional<V> value = changed.get(key);
        if (value == null) {
            value = loaded.get(key);
        }
        return value == null && below != null ? below.known(key) : value;
    }

    /// Returns all known objects that exist.
    List<V> all() {
        Map<K, Optional<V>> all = new LinkedHashMap<>();
        addAllTo(all);
        List<V> there = new ArrayList<>(all.size());
        all.values().forEach(value -> value.ifPresent(there::add));
        return there;
    }

    private void addAllTo(Map<K, Optional<V>> all) {
        if (below != null) {
            below.addAllTo(all);
        }
        all.putAll(loaded);
        all.putAll(changed);
    }

    /// The changes, in the order in which each object was first changed. The value is empty for a removed object.
    Map<K, Optional<V>> changes() {
        return changed;
    }

    /// The changed objects with their loaded state, in the order in which each was first changed. No object may
    /// have been removed.
    List<WorkingSet.Changed<V>> changed() {
        List<WorkingSet.Changed<V>> all = new ArrayList<>(changed.size());
        changed.forEach((key, after) -> all.add(new WorkingSet.Changed<>(loaded(key), after.orElseThrow())));
        return all;
    }

    /// Like [#changed], but for objects that may have been removed. Objects that were added and removed within the
    /// batch are omitted.
    List<WorkingSet.Altered<V>> altered() {
        List<WorkingSet.Altered<V>> all = new ArrayList<>(changed.size());
        changed.forEach((key, after) -> {
            V before = loaded(key);
            if (before != null || after.isPresent()) {
                all.add(new WorkingSet.Altered<>(before, after.orElse(null)));
            }
        });
        return all;
    }

    /// Like [#changed], by key.
    ///
    /// @param absent the value used for objects that were absent when loaded
    Map<K, WorkingSet.Changed<V>> changedFrom(V absent) {
        Map<K, WorkingSet.Changed<V>> all = new LinkedHashMap<>();
        changed.forEach((key, after) -> {
            V before = loaded(key);
            all.put(key, new WorkingSet.Changed<>(before == null ? absent : before, after.orElseThrow()));
        });
        return all;
    }

    private @Nullable V loaded(K key) {
        Optional<V> value = loaded.get(key);
        return value == null ? null : value.orElse(null);
    }
}
