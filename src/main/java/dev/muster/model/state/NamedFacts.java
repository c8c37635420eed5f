package dev.muster.model.state;

import dev.muster.model.UnreadableException;
import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Group;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Facts of things that are found by their id and by their name.
final class NamedFacts<T extends Affiliation> {
    private final OverlayMap<UUID, T> things;
    private final OverlayMap<String, UUID> names;

    /// @param below what these facts are an overlay of; null for none
    NamedFacts(String what, @Nullable NamedFacts<T> below) {
        things = OverlayMap.over(below == null ? null : below.things, what);
        names = OverlayMap.over(below == null ? null : below.names, what + " name");
    }

    void merge() {
        things.merge();
        names.merge();
    }

    void load(T thing) {
        things.load(thing.id(), thing);
        names.load(folded(thing), thing.id());
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
        T before = things.peek(thing.id());
        String now = folded(thing);
        if (before != null && !folded(before).equals(now)) {
            names.remove(folded(before));
        }
        things.put(thing.id(), thing);
        names.put(now, thing.id());
        return before == null;
    }

    /// Deletes a thing, and says whether there was one.
    boolean delete(T thing) {
        boolean there = things.peek(thing.id()) != null;
        things.remove(thing.id());
        names.remove(folded(thing));
        return there;
    }

    List<WorkingSet.Altered<T>> altered() {
        return things.altered();
    }

    private String folded(T thing) {
        return Group.folded(thing.name());
    }
}
