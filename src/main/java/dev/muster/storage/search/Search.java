package dev.muster.storage.search;

import dev.muster.model.user.SearchText;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
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

/// A text search in a realm, which finds users in order of their numbers. It uses the realm's index if there is one,
/// and scans the users that are not in the index or have changed since they were indexed. Each instance must be used
/// only once, within one snapshot.
public final class Search {
    /// The assumed size of the posting lists of a trigram before any of them has been read. It is larger than that
    /// of a rare trigram.
    private static final double UNKNOWN_BYTES = 32;

    /// How many parts are read first. For a frequent text, a few parts contain enough users.
    private static final int FIRST_PARTS = 2;

    private static final int MAX_PARTS = 32;

    private final Session session;
    private final long realm;
    private final List<String> needles;
    private final int limit;
    private final List<Wanted> trigrams = new ArrayList<>();
    private final Map<Long, Size> sizes = new HashMap<>();
    private final List<Long> found = new ArrayList<>();
    private int rowsLeft;
    private long at;
    private boolean stopped;

    /// A trigram of a needle.
    ///
    /// @param needle the needle's index
    private record Wanted(int needle, Trigrams.Wanted part) {
        long trigram() {
            return part.trigram();
        }
    }

    /// What a search found.
    ///
    /// @param numbers the numbers of the users found, in order
    /// @param next the number after which to continue; null at the end of the realm
    public record Found(List<Long> numbers, @Nullable Long next) {}

    /// @param text the text to search for; a user must have all its words, see [SearchText#words]
    /// @param after the number after which to start
    /// @param limit the maximum number of users to find
    /// @param rows the maximum number of users to scan
    public Search(Session session, long realm, String text, long after, int limit, int rows) {
        this.session = session;
        this.realm = realm;
        this.needles = SearchText.words(text).stream().map(Trigrams::needle).toList();
        this.limit = limit;
        for (int needle = 0; needle < needles.size(); needle++) {
            for (Trigrams.Wanted part : Trigrams.covering(needles.get(needle))) {
                trigrams.add(new Wanted(needle, part));
            }
        }
        this.rowsLeft = rows;
        this.at = after;
    }

    public Found run() {
        TextIndex.State index = TextIndex.state(session, realm);
        if (index != null && index.isUsable() && !trigrams.isEmpty()) {
            searchIndex(index);
        }
        if (!stopped) {
            scanRows();
        }
        return new Found(found, stopped ? at : null);
    }

    private void searchIndex(TextIndex.State index) {
        long indexed = index.indexed();
        List<Long> stale = at < indexed ? stale(indexed) : List.of();
        int parts = FIRST_PARTS;
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
                // The search ends before the first user that would exceed the limit of scanned users.
                next = from + rowsLeft;
                end = stale.get(next) - 1;
                stopped = true;
            }
            List<Long> changed = stale.subList(from, next);
            rowsLeft -= changed.size();
            take(inParts(index, first, last, end, changed), end);
            parts = Math.min(parts * 2, MAX_PARTS);
        }
    }

    /// Returns the users that may have changed since they were indexed, but at most one more than may be scanned.
    private List<Long> stale(long indexed) {
        return session.list("search_stale", Row::number, realm, at, indexed, rowsLeft + 1L);
    }

    private SortedSet<Long> inParts(TextIndex.State index, long first, long last, long end, List<Long> changed) {
        Set<Long> unknown = new HashSet<>(changed);
        SortedSet<Long> all = new TreeSet<>();
        matchingUsers(first, last).forEach((part, users) -> {
            long start = index.start(part);
            for (int user : users) {
                long number = start + user;
                if (number > at && number <= end && !unknown.contains(number)) {
                    all.add(number);
                }
            }
        });
        session.list(
                "users_texts",
                row -> {
                    long number = row.number();
                    return matches(row.text()) && all.add(number);
                },
                changed,
                realm);
        return all;
    }

    private boolean matches(String texts) {
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

    /// The total size of a trigram's posting lists in the parts read so far.
    private record Size(long bytes, long parts) {
        double average() {
            return parts == 0 ? UNKNOWN_BYTES : (double) bytes / parts;
        }
    }

    /// Returns the users that match all needles, by part. First reads the rarest known trigram of each needle, one
    /// after the other: if no user has all of them, the rest need not be read. A second trigram of the same needle
    /// would rule out fewer users, because most users that have one have both.
    private Map<Long, int[]> matchingUsers(long first, long last) {
        List<Wanted> order = new ArrayList<>(trigrams);
        order.sort(Comparator.comparingDouble(wanted -> size(wanted.trigram()).average()));
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

    /// Returns the first trigram of each needle in this order, or the first two if there is only one needle.
    private List<Wanted> rarest(List<Wanted> order) {
        if (needles.size() == 1) {
            return List.copyOf(order.subList(0, Math.min(2, order.size())));
        }
        Set<Integer> seen = new HashSet<>();
        return order.stream().filter(wanted -> seen.add(wanted.needle())).toList();
    }

    private Size size(long trigram) {
        return sizes.getOrDefault(trigram, new Size(0, 0));
    }

    /// Narrows the candidates to users that have all trigrams in `wanted`, and removes parts with no candidates
    /// left.
    private void narrow(Map<Long, Candidates> candidates, List<Wanted> wanted) {
        if (wanted.isEmpty() || candidates.isEmpty()) {
            return;
        }
        Map<Long, Map<Long, byte[]>> packed = packed(candidates.keySet(), wanted);
        candidates.entrySet().removeIf(entry -> {
            Map<Long, byte[]> byTrigram = packed.get(entry.getKey());
            return byTrigram == null || !entry.getValue().narrow(byTrigram, wanted);
        });
    }

    /// The users of a part that may match all needles, according to the trigrams read so far.
    private static final class Candidates {
        /// For each needle, the postings at which it may begin. They may include users that have since been
        /// ruled out by another needle. An element is null until one of the needle's trigrams has been read.
        private final int[] @Nullable [] postings;

        /// The users in order; null until a trigram has been read.
        private int @Nullable [] users;

        Candidates(int needles) {
            postings = new int[needles][];
        }

        /// Narrows the users to those that have these trigrams. Returns whether any user is left.
        boolean narrow(Map<Long, byte[]> byTrigram, List<Wanted> wanted) {
            for (Wanted one : wanted) {
                byte[] packed = byTrigram.get(one.trigram());
                if (packed == null) {
                    return false;
                }
                int[] these = PostingList.unpack(packed, one.part().shift(), users);
                int[] before = postings[one.needle()];
                int[] after = before == null ? these : PostingList.common(before, these);
                if (after.length == 0) {
                    return false;
                }
                postings[one.needle()] = after;
                users = PostingList.users(after);
            }
            return true;
        }

        int[] users() {
            return users == null ? new int[0] : users;
        }
    }

    private Map<Long, Map<Long, byte[]>> packed(Set<Long> parts, List<Wanted> wanted) {
        List<Long> distinct = wanted.stream().map(Wanted::trigram).distinct().toList();
        Map<Long, Map<Long, byte[]>> packed = new HashMap<>();
        Map<Long, long[]> bytes = new HashMap<>();
        session.list(
                "search_postings",
                row -> {
                    long part = row.number();
                    long trigram = row.number();
                    byte[] postings = row.bytes();
                    bytes.computeIfAbsent(trigram, _ -> new long[1])[0] += postings.length;
                    return packed.computeIfAbsent(part, _ -> new HashMap<>()).put(trigram, postings) == null;
                },
                parts,
                distinct,
                realm);
        for (long trigram : distinct) {
            Size size = size(trigram);
            long more = bytes.getOrDefault(trigram, new long[1])[0];
            sizes.put(trigram, new Size(size.bytes() + more, size.parts() + parts.size()));
        }
        return packed;
    }

    /// Scans the users after the end of the index, or all users if there is no index.
    private void scanRows() {
        long[] looked = {0, at};
        session.list(
                "users_scanned",
                row -> {
                    long number = row.number();
                    if (found.size() == limit) {
                        return false;
                    }
                    looked[0]++;
                    looked[1] = number;
                    return matches(row.text()) && found.add(number);
                },
                realm,
                at,
                rowsLeft);
        at = looked[1];
        stopped = looked[0] == rowsLeft || found.size() == limit;
    }
}
