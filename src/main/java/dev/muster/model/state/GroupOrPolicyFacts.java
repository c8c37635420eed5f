package dev.muster.model.state;

import dev.muster.model.Counters;
import dev.muster.model.UnreadableException;
import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Group;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The groups or the policies in a working set, by id and by name.
public final class GroupOrPolicyFacts<T extends Affiliation> {
    private final WorkingSet set;
    private final BiFunction<Counters, Integer, Counters> counted;
    private final OverlayMap<UUID, T> things;
    private final OverlayMap<String, UUID> names;

    /// @param counted adds a number to the realm's counter of groups or policies
    /// @param below the base of this overlay; null if this is not an overlay
    GroupOrPolicyFacts(
            WorkingSet set,
            String what,
            BiFunction<Counters, Integer, Counters> counted,
            @Nullable GroupOrPolicyFacts<T> below) {
        this.set = set;
        this.counted = counted;
        things = new OverlayMap<>(what, below == null ? null : below.things);
        names = new OverlayMap<>(what + " name", below == null ? null : below.names);
    }

    void merge() {
        things.merge();
        names.merge();
    }

    public void load(T thing) {
        things.load(thing.id(), thing);
        names.load(folded(thing), thing.id());
    }

    /// Records that the row of a group or policy cannot be read. Its name is taken, and looking it up throws `cause`.
    public void loadUnreadable(UUID id, String name, UnreadableException cause) {
        things.loadUnreadable(id, cause);
        names.load(Group.folded(name), id);
    }

    void loadAbsent(Iterable<UUID> ids, Iterable<String> folded) {
        things.loadAbsent(ids);
        names.loadAbsent(folded);
    }

    public @Nullable T find(UUID id) {
        return things.find(id);
    }

    /// The group or policy whose name is equal when folded; null if there is none.
    public @Nullable T named(String name) {
        UUID found = names.find(Group.folded(name));
        return found == null ? null : things.find(found);
    }

    public void put(T thing) {
        T before = things.peek(thing.id());
        if (before == null) {
            set.put(counted.apply(set.counters(), 1));
        } else if (!folded(before).equals(folded(thing))) {
            names.remove(folded(before));
        }
        things.put(thing.id(), thing);
        names.put(folded(thing), thing.id());
    }

    public void delete(T thing) {
        if (things.peek(thing.id()) != null) {
            set.put(counted.apply(set.counters(), -1));
        }
        things.remove(thing.id());
        names.remove(folded(thing));
    }

    /// The rows to write.
    public List<WorkingSet.Altered<T>> altered() {
        return things.altered();
    }

    private String folded(T thing) {
        return Group.folded(thing.name());
    }
}
