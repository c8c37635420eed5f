package dev.muster.model;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A realm's counters: users, in total and by status, hold kind, tag and rank; jobs ever created; holds placed and
/// ended since counting began; groups, policies and keys. An expired hold is counted until its end has been journalled.
/// Immutable: [#moved] and the `with` methods return updated counters.
public final class Counters {
    // These are only indexes in memory. Counters are stored by name, so a new enum constant or counter may shift the
    // indexes.
    private static final int STATUS = 0;
    private static final int HOLD = STATUS + Status.CODES.size();
    private static final int TAG = HOLD + HoldKind.CODES.size();
    private static final int RANK = TAG + Tag.CODES.size();
    private static final int SUPERS = RANK + Rank.CODES.size();
    private static final int JOBS = SUPERS + 1;
    private static final int PLACED = JOBS + 1;
    private static final int ENDED = PLACED + 1;
    private static final int GROUPS = ENDED + 1;
    private static final int POLICIES = GROUPS + 1;
    private static final int KEYS = POLICIES + 1;
    private static final int SIZE = KEYS + 1;

    /// The stored name of each counter; null for an index whose code has no constant.
    private static final @Nullable String[] NAMES = names();

    private static final Map<String, Integer> INDEXES = indexes();

    /// The order of the numbers in rows that version 4 or an earlier version wrote without names. Such a row may
    /// contain fewer numbers.
    private static final List<String> UNNAMED = List.of(("status.barred status.removed status.blocked status.suspended"
                    + " status.deactivated status.fraud status.active"
                    + " hold.barred hold.removed hold.blocked hold.suspended hold.deactivated hold.fraud"
                    + " tag.USER tag.GUEST rank.REGULAR rank.ADMIN rank.SUPER"
                    + " supers jobs holdsPlaced holdsEnded groups policies keys")
            .split(" ", -1));

    /// The stored names of the counters for users.
    public static final List<String> USER_COUNTERS =
            Stream.of(NAMES).limit(SUPERS + 1).filter(Objects::nonNull).toList();

    public static final Counters ZERO = new Counters(new long[SIZE], "");

    private final long[] values;

    /// Counters that a newer version stored, kept verbatim as `,name=number` each.
    private final String unknown;

    private Counters(long[] values, String unknown) {
        this.values = values;
        this.unknown = unknown;
    }

    private static @Nullable String[] names() {
        @Nullable String[] names = new String[SIZE];
        for (Status status : Status.values()) {
            names[STATUS + status.code()] = "status." + status.wireName();
        }
        for (HoldKind kind : HoldKind.values()) {
            names[HOLD + kind.code()] = "hold." + kind.wireName();
        }
        for (Tag tag : Tag.values()) {
            names[TAG + tag.code()] = "tag." + tag.name();
        }
        for (Rank rank : Rank.values()) {
            names[RANK + rank.code()] = "rank." + rank.name();
        }
        names[SUPERS] = "supers";
        names[JOBS] = "jobs";
        names[PLACED] = "holdsPlaced";
        names[ENDED] = "holdsEnded";
        names[GROUPS] = "groups";
        names[POLICIES] = "policies";
        names[KEYS] = "keys";
        return names;
    }

    private static Map<String, Integer> indexes() {
        Map<String, Integer> indexes = new HashMap<>();
        for (int i = 0; i < SIZE; i++) {
            String name = NAMES[i];
            if (name != null) {
                indexes.put(name, i);
            }
        }
        return Map.copyOf(indexes);
    }

    /// The text to store, such as `status.active=2,tag.USER=2,jobs=1`. It contains names and numbers, without
    /// zeros.
    public String text() {
        StringBuilder text = new StringBuilder(200);
        for (int i = 0; i < SIZE; i++) {
            if (values[i] != 0) {
                text.append(',').append(NAMES[i]).append('=').append(values[i]);
            }
        }
        text.append(unknown);
        return text.isEmpty() ? "" : text.substring(1);
    }

    /// Parses the output of [#text], or the format of version 4 and earlier: numbers without names.
    ///
    /// @throws NumberFormatException if the text has neither format
    public static Counters parse(String text) {
        if (text.isEmpty()) {
            return ZERO;
        }
        long[] values = new long[SIZE];
        StringBuilder unknown = new StringBuilder(0);
        String[] parts = text.split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            int equals = part.indexOf('=');
            if (equals < 0 && i >= UNNAMED.size()) {
                throw new NumberFormatException("more numbers than any version stored");
            }
            long value = Long.parseLong(part, equals + 1, part.length(), 10);
            Integer index = INDEXES.get(equals < 0 ? UNNAMED.get(i) : part.substring(0, equals));
            if (index == null) {
                unknown.append(',').append(part);
            } else {
                values[index] = value;
            }
        }
        return new Counters(values, unknown.toString());
    }

    /// The counter with this name, which must be one of [#USER_COUNTERS].
    public long get(String name) {
        return values[Objects.requireNonNull(INDEXES.get(name))];
    }

    public long status(Status status) {
        return values[STATUS + status.code()];
    }

    public long hold(HoldKind kind) {
        return values[HOLD + kind.code()];
    }

    public long tag(Tag tag) {
        return values[TAG + tag.code()];
    }

    public long rank(Rank rank) {
        return values[RANK + rank.code()];
    }

    /// The number of users of rank SUPER who are neither removed nor barred.
    public long supersInService() {
        return values[SUPERS];
    }

    /// The highest job number assigned.
    public long jobs() {
        return values[JOBS];
    }

    /// The number of holds placed. Changing the end or reason of an existing hold does not count.
    public long holdsPlaced() {
        return values[PLACED];
    }

    /// The number of holds that were released or have expired.
    public long holdsEnded() {
        return values[ENDED];
    }

    /// The number of users, including removed, barred and erased ones.
    public long users() {
        long users = 0;
        for (Tag tag : Tag.values()) {
            users += tag(tag);
        }
        return users;
    }

    public long groups() {
        return values[GROUPS];
    }

    public long policies() {
        return values[POLICIES];
    }

    /// The number of keys that are not revoked, including expired ones.
    public long keys() {
        return values[KEYS];
    }

    public Counters withGroups(int more) {
        return with(GROUPS, more);
    }

    public Counters withPolicies(int more) {
        return with(POLICIES, more);
    }

    public Counters withKeys(int more) {
        return with(KEYS, more);
    }

    private Counters with(int which, int more) {
        if (more == 0) {
            return this;
        }
        long[] next = values.clone();
        next[which] += more;
        return new Counters(next, unknown);
    }

    public Counters withAnotherJob() {
        return with(JOBS, 1);
    }

    /// Returns the counters after a user has changed from `before` (null for a new user) to `after`. Both must
    /// include all stored holds.
    public Counters moved(@Nullable User before, User after) {
        long[] next = values.clone();
        if (before != null) {
            add(next, before, -1);
        }
        add(next, after, 1);
        Holds held = before == null ? Holds.NONE : before.holds();
        next[PLACED] += countMissing(after.holds(), held);
        next[ENDED] += countMissing(held, after.holds());
        return new Counters(next, unknown);
    }

    /// Counts the holds in `some` that have no counterpart of the same kind and label in `others`.
    private static int countMissing(Holds some, Holds others) {
        int count = 0;
        for (Hold hold : some.all()) {
            if (others.get(hold.kind(), hold.label()) == null) {
                count++;
            }
        }
        return count;
    }

    private static void add(long[] values, User user, int by) {
        Holds holds = user.holds();
        Status status = holds.isEmpty()
                ? Status.ACTIVE
                : Status.of(holds.all().getFirst().kind());
        values[STATUS + status.code()] += by;
        for (HoldKind kind : HoldKind.values()) {
            if (holds.has(kind)) {
                values[HOLD + kind.code()] += by;
            }
        }
        values[TAG + user.tag().code()] += by;
        values[RANK + user.rank().code()] += by;
        if (user.isSuperInService()) {
            values[SUPERS] += by;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Counters counters
                && Arrays.equals(values, counters.values)
                && unknown.equals(counters.unknown);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return text();
    }
}
