package dev.muster.storage;

import dev.muster.model.user.SearchText;
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

/// One search for the words of a text in a realm, in order of users' numbers: through the realm's index where
/// it has one, but for users whose texts changed since they were indexed, and from where the index ends on by
/// looking at each user. For one use, within one snapshot.
final class Search {
    /// How many bytes a gram that was not looked for yet is taken to have in a part: more than a rare one.
    private static final double UNKNOWN = 32;

    /// How many parts are read at once: few at first, since a frequent text is found often enough in them.
    private static final int PARTS = 2;

    private static final int MOST_PARTS = 32;

    private final Session session;
    private final long realm;
    private final List<String> needles;
    private final int limit;
    private final List<Wanted> grams = new ArrayList<>();
    private final Map<Long, Size> sizes = new HashMap<>();
    private final List<Long> found = new ArrayList<>();
    private int rowsLeft;
    private long at;
    private boolean stopped;

    /// A gram of one of the needles.
    private record Wanted(int needle, Trigrams.Wanted part) {
        long gram() {
            return part.gram();
        }
    }

    /// @param text all of whose words are looked for: see [SearchText#words]
    /// @param after only higher numbers
    /// @param limit how many to find at the most
    /// @param rows how many users' texts to look at at the most
    Search(Session session, long realm, String text, long after, int limit, int rows) {
        this.session = session;
        this.realm = realm;
        this.needles = SearchText.words(text).stream().map(Trigrams::needle).toList();
        this.limit = limit;
        for (int needle = 0; needle < needles.size(); needle++) {
            for (Trigrams.Wanted part : Trigrams.covering(needles.get(needle))) {
                grams.add(new Wanted(needle, part));
            }
        }
        this.rowsLeft = rows;
        this.at = after;
    }

    Reads.Found run() {
        TextIndex.State index = TextIndex.state(session, realm);
        if (index != null && index.isUsable() && !grams.isEmpty()) {
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
        together(first, last).forEach((part, users) -> {
            long start = index.start(part);
            for (int user : users) {
                long number = start + user;
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
        String folded = Trigrams.folded(texts);
        for (String needle : needles) {
            if (!folded.contains(needle)) {
                return false;
            }
        }
        return true;
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

    /// By part, the users whose texts have all needles. The rarest gram of each needle, as far as is known by
    /// now, is looked for first, one after the other: where no user has all of them, the others need not be
    /// read. Grams of one needle tell less about each other, since most users who have one of them have all.
    private Map<Long, int[]> together(long first, long last) {
        List<Wanted> order = new ArrayList<>(grams);
        order.sort(Comparator.comparingDouble(wanted -> size(wanted.gram()).each()));
        List<Wanted> rarest = rarest(order);
        order.removeAll(rarest);
        Map<Long, Candidates> candidates = new TreeMap<>();
        for (long part = first; part <= last; part++) {
            candidates.put(part, new Candidates(needles.size()));
        }
        for (Wanted one : rarest) {
            narrow(candidates, List.of(one));
        }
        narrow(candidates, order);
        Map<Long, int[]> users = new TreeMap<>();
        candidates.forEach((part, each) -> users.put(part, each.users()));
        return users;
    }

    /// The first gram of each needle; the first two where there is one needle.
    private List<Wanted> rarest(List<Wanted> order) {
        if (needles.size() == 1) {
            return List.copyOf(order.subList(0, Math.min(2, order.size())));
        }
        Set<Integer> seen = new HashSet<>();
        return order.stream().filter(wanted -> seen.add(wanted.needle())).toList();
    }

    private Size size(long gram) {
        return sizes.getOrDefault(gram, new Size(0, 0));
    }

    /// Keeps the parts, and in them the users, that have these grams too.
    private void narrow(Map<Long, Candidates> candidates, List<Wanted> wanted) {
        if (wanted.isEmpty() || candidates.isEmpty()) {
            return;
        }
        Map<Long, Map<Long, byte[]>> packed = packed(candidates.keySet(), wanted);
        candidates.entrySet().removeIf(entry -> {
            Map<Long, byte[]> byGram = packed.get(entry.getKey());
            return byGram == null || !entry.getValue().narrow(byGram, wanted);
        });
    }

    /// The users of a part who may have all needles, by what was looked for until now.
    private static final class Candidates {
        /// Of each needle, where it may begin, also of users whom another needle has ruled out since; null
        /// while none of its grams was looked for.
        private final int[] @Nullable [] places;

        /// In order; null while nothing was looked for.
        private int @Nullable [] users;

        Candidates(int needles) {
            places = new int[needles][];
        }

        /// Whether any user is left.
        boolean narrow(Map<Long, byte[]> byGram, List<Wanted> wanted) {
            for (Wanted one : wanted) {
                byte[] here = byGram.get(one.gram());
                if (here == null) {
                    return false;
                }
                int[] these = PostingList.unpack(here, one.part().shift(), users);
                int[] before = places[one.needle()];
                int[] after = before == null ? these : PostingList.common(before, these);
                if (after.length == 0) {
                    return false;
                }
                places[one.needle()] = after;
                users = PostingList.users(after);
            }
            return true;
        }

        int[] users() {
            return users == null ? new int[0] : users;
        }
    }

    private Map<Long, Map<Long, byte[]>> packed(Set<Long> parts, List<Wanted> wanted) {
        List<Long> distinct = wanted.stream().map(Wanted::gram).distinct().toList();
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
