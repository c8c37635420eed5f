package dev.muster.directory.events;

import dev.muster.model.Event;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A selection of event types.
///
/// @param patterns exact types, prefixes followed by `.*` such as `user.hold.*`, or `*` for all types
public record EventTypes(List<String> patterns) {
    /// The type of the event that follows an entry that changed a user's decision or status.
    public static final String STANDING_CHANGED = Event.STANDING_CHANGED;

    /// The pattern that matches every type.
    public static final String ANY = "*";

    /// Selects all events.
    public static final EventTypes ALL = new EventTypes(List.of(ANY));

    private static final String BELOW = ".*";

    /// Returns every existing type, sorted.
    private static final SortedSet<String> KNOWN = Event.types();

    public EventTypes {
        patterns = List.copyOf(patterns);
    }

    /// Parses a comma-separated list without checking it. Returns [#ALL] for null.
    public static EventTypes of(@Nullable String list) {
        return list == null ? ALL : new EventTypes(List.of(list.split(",", -1)));
    }

    /// Returns every existing type, sorted.
    public static List<String> all() {
        return List.copyOf(KNOWN);
    }

    /// Whether all types are selected.
    public boolean areAll() {
        return patterns.contains(ANY);
    }

    /// The first pattern that matches no existing type; null if every pattern matches at least one.
    public @Nullable String unknown() {
        for (String pattern : patterns) {
            if (KNOWN.stream().noneMatch(type -> matches(pattern, type))) {
                return pattern;
            }
        }
        return null;
    }

    /// Which types exist, in a sentence for the author of an unknown pattern: those that begin with the same word, such
    /// as `user`; if none do, all words with which types begin.
    public static String suggestion(String unknown) {
        String word = first(unknown);
        String same = KNOWN.stream().filter(type -> first(type).equals(word)).collect(Collectors.joining(", "));
        return same.isEmpty()
                ? "Types begin with "
                        + KNOWN.stream().map(EventTypes::first).distinct().collect(Collectors.joining(", "))
                        + ", such as " + STANDING_CHANGED + "."
                : "Types that begin with " + word + ": " + same + ".";
    }

    /// The part of a type before the first dot.
    private static String first(String type) {
        return type.split("\\.", 2)[0];
    }

    /// Whether `type` is selected.
    public boolean matches(String type) {
        for (String pattern : patterns) {
            if (matches(pattern, type)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String type) {
        if (pattern.equals(ANY) || pattern.equals(type)) {
            return true;
        }
        // The prefix includes the dot, so user.* does not match users.imported.
        return pattern.endsWith(BELOW)
                && pattern.length() > BELOW.length()
                && type.startsWith(pattern.substring(0, pattern.length() - 1));
    }
}
