package dev.muster.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How many users a realm has, in all and by status, hold kind, tag and rank, as of what is stored: a hold that
/// is over but whose ending is not journalled yet still counts. And how many jobs it has had, how many holds
/// were placed and have ended since these are counted, and how many groups, policies and keys it has. A value;
/// [#moved] gives the next one.
public final class Counters {
    private static final int STATUS = 0;
    private static final int HOLD = STATUS + Status.values().length;
    private static final int TAG = HOLD + HoldKind.values().length;
    private static final int RANK = TAG + Tag.values().length;
    private static final int SUPERS = RANK + Rank.values().length;
    private static final int JOBS = SUPERS + 1;

    private static final int PLACED = JOBS + 1;
    private static final int ENDED = PLACED + 1;

    // The migrations V7 count these for realms that are older: they are there at these places for good.
    private static final int GROUPS = ENDED + 1;
    private static final int POLICIES = GROUPS + 1;
    private static final int KEYS = POLICIES + 1;

    /// How many numbers [#values] has.
    public static final int SIZE = KEYS + 1;

    public static final Counters ZERO = new Counters(new long[SIZE]);

    private final long[] values;

    private Counters(long[] values) {
        this.values = values;
    }

    /// From stored numbers; ones that are missing at the end are zero.
    public static Counters of(long... values) {
        return new Counters(Arrays.copyOf(values, SIZE));
    }

    /// The numbers to store, in an order that only grows at its end.
    public long[] values() {
        return values.clone();
    }

    public long status(Status status) {
        return values[STATUS + status.ordinal()];
    }

    public long hold(HoldKind kind) {
        return values[HOLD + kind.ordinal()];
    }

    public long tag(Tag tag) {
        return values[TAG + tag.ordinal()];
    }

    public long rank(Rank rank) {
        return values[RANK + rank.ordinal()];
    }

    /// Users of rank SUPER who are neither removed nor barred.
    public long supersInService() {
        return values[SUPERS];
    }

    /// The highest number that a job was given.
    public long jobs() {
        return values[JOBS];
    }

    /// How many holds were placed. To place again one that is there, with another end or reason, does not count.
    public long holdsPlaced() {
        return values[PLACED];
    }

    /// How many holds were released, or ended by themselves.
    public long holdsEnded() {
        return values[ENDED];
    }

    /// All users, removed, barred and erased ones too.
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

    /// Keys that are not revoked, whether they have expired or not.
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
        return new Counters(next);
    }

    public Counters withAnotherJob() {
        long[] next = values.clone();
        next[JOBS]++;
        return new Counters(next);
    }

    /// The counters once a user has gone from `before` (null: was not there) to `after`, both taken with all the
    /// holds that are stored with them.
    public Counters moved(@Nullable User before, User after) {
        long[] next = values.clone();
        if (before != null) {
            add(next, before, -1);
        }
        add(next, after, 1);
        Holds held = before == null ? Holds.NONE : before.holds();
        next[PLACED] += beyond(after.holds(), held);
        next[ENDED] += beyond(held, after.holds());
        return new Counters(next);
    }

    /// How many of `some` have no hold of their kind and label among `others`.
    private static int beyond(Holds some, Holds others) {
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
        values[STATUS + status.ordinal()] += by;
        for (HoldKind kind : HoldKind.values()) {
            if (holds.has(kind)) {
                values[HOLD + kind.ordinal()] += by;
            }
        }
        values[TAG + user.tag().ordinal()] += by;
        values[RANK + user.rank().ordinal()] += by;
        if (user.isSuperInService()) {
            values[SUPERS] += by;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Counters counters && Arrays.equals(values, counters.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
