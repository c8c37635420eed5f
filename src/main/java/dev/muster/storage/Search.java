package dev.muster.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One search for a text in a realm, in order of users' numbers: through the realm's index where it has one,
/// but for users whose texts changed since they were indexed, and from where the index ends on by looking at
/// each user. For one use, within one snapshot.
final class Search {
    /// How many bytes a gram that was not looked for yet is taken to have in a part: more than a rare one.
    private static final double UNKNOWN = 32;

    /// How many parts are read at once: few at first, since a frequent text is found often enough in them.
    private static final int PARTS = 2;

    private static final int MOST_PARTS = 32;

    private final Session session;
    private final long realm;
    private final String needle;
    private final int limit;
    private final List<Grams.Wanted> grams;
    private final Map<Long, Size> sizes = new HashMap<>();
    private final List<Long> found = new ArrayList<>();
    private int rowsLeft;
    private long at;
    private boolean stopped;

    /// @param folded see [dev.muster.model.Identifier#fold] of a username
    /// @param after only higher numbers
    /// @param limit how many to find at the most
    /// @param rows how many users' texts to look at at the most
    Search(Session session, long realm, String folded, long after, int limit, int rows) {
        this.session = session;
        this.realm = realm;
        this.needle = Grams.needle(folded);
        this.limit = limit;
        this.grams = Grams.covering(needle);
        this.rowsLeft = rows;
        this.at = after;
    }

    Reads.Found run() {
        TextIndex.State index = TextIndex.state(session, realm);
        if (index != null && !grams.isEmpty()) {
            throughIndex(index);
        }
        if (!stopped) {
            throughRows();
        }
        return new Reads.Found(found, stopped ? at : null);
    }

    private void throughIndex(TextIndex.State index) {
        long indexed = index.indexed();
        List<Long> stale = at < indexed ? stale(indexed) : List.of();
        int parts = PARTS;
        int next = 0;
        while (at < indexed && !stopped) {
            long first = index.part(at + 1);
            long last = Math.min(first + parts - 1, index.part(indexed));
            long end = Math.min(indexed, index.end(last));
            int from = next;
            while (next < stale.size() && stale.get(next) <= end) {
                next++;
            }
            if (next - from > rowsLeft) {
                // Those that may not be looked at any more end the search.
                next = from + rowsLeft;
                end = stale.get(next) - 1;
                stopped = true;
            }
            List<Long> changed = stale.subList(from, next);
            rowsLeft -= changed.size();
            take(inParts(index, first, last, end, changed), end);
            parts = Math.min(parts * 2, MOST_PARTS);
        }
    }

    /// Users whose texts may be others than the index knows; one more than may be looked at.
    private List<Long> stale(long indexed) {
        return session.list(
                "search_stale",
                to -> to.number(realm).number(at).number(indexed).number(rowsLeft + 1L),
                Row::number);
    }

    private SortedSet<Long> inParts(TextIndex.State index, long first, long last, long end, List<Long> changed) {
        Set<Long> unknown = new HashSet<>(changed);
        SortedSet<Long> all = new TreeSet<>();
        together(first, last).forEach((part, places) -> {
            long before = index.start(part) - 1;
            for (int place : places) {
                long number = before + 1 + Places.user(place);
                if (number > at && number <= end && !unknown.contains(number)) {
                    all.add(number);
                }
            }
        });
        if (!changed.isEmpty()) {
            session.list("users_texts", to -> to.values("bigint", changed).number(realm), row -> {
                long number = row.number();
                return holds(row.text()) && all.add(number);
            });
        }
        return all;
    }

    private boolean holds(String texts) {
        return Grams.folded(texts).contains(needle);
    }

    private void take(SortedSet<Long> some, long end) {
        for (long number : some) {
            found.add(number);
            if (found.size() == limit) {
                at = number;
                stopped = true;
                return;
            }
        }
        at = end;
    }

    /// What is known of how often a gram stands in a part.
    private record Size(long bytes, long parts) {
        double each() {
            return parts == 0 ? UNKNOWN : (double) bytes / parts;
        }
    }

    /// By part, the places at which the whole needle begins. The two grams that are rarest, as far as is known by now,
    /// are looked for one after the other: where they do not stand together, the others need not be read.
    private Map<Long, int[]> together(long first, long last) {
        List<Grams.Wanted> order = new ArrayList<>(grams);
        order.sort(Comparator.comparingDouble(wanted -> size(wanted.gram()).each()));
        Set<Long> parts = new TreeSet<>();
        for (long part = first; part <= last; part++) {
            parts.add(part);
        }
        Map<Long, int[]> places = narrowed(null, parts, order.subList(0, 1));
        for (int done = 1; done < order.size() && !places.isEmpty(); ) {
            int end = done == 1 ? 2 : order.size();
            places = narrowed(places, places.keySet(), order.subList(done, end));
            done = end;
        }
        return places;
    }

    private Size size(long gram) {
        return sizes.getOrDefault(gram, new Size(0, 0));
    }

    private Map<Long, int[]> narrowed(@Nullable Map<Long, int[]> before, Set<Long> parts, List<Grams.Wanted> wanted) {
        Map<Long, Map<Long, byte[]>> packed = packed(parts, wanted);
        Map<Long, int[]> narrowed = new TreeMap<>();
        packed.forEach((part, byGram) -> {
            int[] places = before == null ? null : before.get(part);
            for (Grams.Wanted one : wanted) {
                byte[] here = byGram.get(one.gram());
                int[] these = here == null ? new int[0] : Places.unpack(here, one.shift());
                places = places == null ? these : Places.common(places, these);
                if (places.length == 0) {
                    return;
                }
            }
            if (places != null) {
                narrowed.put(part, places);
            }
        });
        return narrowed;
    }

    private Map<Long, Map<Long, byte[]>> packed(Set<Long> parts, List<Grams.Wanted> wanted) {
        List<Long> distinct = wanted.stream().map(Grams.Wanted::gram).distinct().toList();
        Map<Long, Map<Long, byte[]>> packed = new HashMap<>();
        Map<Long, long[]> bytes = new HashMap<>();
        session.list(
                "search_postings",
                to -> to.values("bigint", parts).values("bigint", distinct).number(realm),
                row -> {
                    long part = row.number();
                    long gram = row.number();
                    byte[] places = row.bytes();
                    bytes.computeIfAbsent(gram, _ -> new long[1])[0] += places.length;
                    return packed.computeIfAbsent(part, _ -> new HashMap<>()).put(gram, places) == null;
                });
        for (long gram : distinct) {
            Size size = size(gram);
            long more = bytes.getOrDefault(gram, new long[1])[0];
            sizes.put(gram, new Size(size.bytes() + more, size.parts() + parts.size()));
        }
        return packed;
    }

    /// From where the index ends on, or through all of a realm that has none.
    private void throughRows() {
        long[] looked = {0, at};
        session.list("users_scanned", to -> to.number(realm).number(at).number(rowsLeft), row -> {
            long number = row.number();
            if (found.size() == limit) {
                return false;
            }
            looked[0]++;
            looked[1] = number;
            return holds(row.text()) && found.add(number);
        });
        at = looked[1];
        stopped = looked[0] == rowsLeft || found.size() == limit;
    }
}
