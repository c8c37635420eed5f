package dev.muster.model.state;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Group;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Facts of things that have an id and a name, which is unique once [Group#folded].
final class NamedFacts<T> {
    private final Function<T, UUID> id;
    private final Function<T, String> name;
    private final Facts<UUID, T> things;
    private final Facts<String, UUID> names;

    NamedFacts(String what, Function<T, UUID> id, Function<T, String> name) {
        this(id, name, new Facts<>(what), new Facts<>(what + " name"));
    }

    private NamedFacts(
            Function<T, UUID> id, Function<T, String> name, Facts<UUID, T> things, Facts<String, UUID> names) {
        this.id = id;
        this.name = name;
        this.things = things;
        this.names = names;
    }

    NamedFacts<T> overlay() {
        return new NamedFacts<>(id, name, things.overlay(), names.overlay());
    }

    void merge() {
        things.merge();
        names.merge();
    }

    void load(T thing) {
        things.load(id.apply(thing), thing);
        names.load(folded(thing), id.apply(thing));
    }

    void loadUnreadable(UUID which, String itsName, UnreadableException why) {
        things.loadUnreadable(which, why);
        names.load(Group.folded(itsName), which);
    }

    void loadAbsent(Iterable<UUID> ids, Iterable<String> folded) {
        things.loadAbsent(ids);
        names.loadAbsent(folded);
    }

    @Nullable
    T find(UUID which) {
        return things.find(which);
    }

    @Nullable
    T named(String folded) {
        UUID found = names.find(folded);
        return found == null ? null : things.find(found);
    }

    /// Puts a thing, and says whether it is a new one.
    boolean put(T thing) {
        T before = things.peek(id.apply(thing));
        String now = folded(thing);
        if (before != null && !folded(before).equals(now)) {
            names.remove(folded(before));
        }
        things.put(id.apply(thing), thing);
        names.put(now, id.apply(thing));
        return before == null;
    }

    /// Deletes a thing, and says whether there was one.
    boolean delete(T thing) {
        boolean there = things.peek(id.apply(thing)) != null;
        things.remove(id.apply(thing));
        names.remove(folded(thing));
        return there;
    }

    List<WorkingSet.Altered<T>> altered() {
        return things.altered();
    }

    private String folded(T thing) {
        return Group.folded(name.apply(thing));
    }
}
