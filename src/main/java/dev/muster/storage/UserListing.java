package dev.muster.storage;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Lists and counts of users. Of the filters one, the rarest, says which index is walked; the others are looked at in
/// each row. Users were registered in order of their numbers, so a time of registration is a stretch of numbers.
final class UserListing {
    private final Session session;
    private final UserFilter filter;
    private final Way way;
    private long above;
    private long below = Long.MAX_VALUE;

    UserListing(Session session, UserFilter filter) {
        this.session = session;
        this.filter = filter;
        way = Way.of(filter);
        above = filter.after();
        Instant from = filter.registeredFrom();
        Instant before = filter.registeredBefore();
        if (from != null) {
            above = Math.max(above, firstRegistered(from) - 1);
        }
        if (before != null) {
            below = firstRegistered(before);
        }
    }

    /// The index that is walked: the ending of the statements' names.
    private enum Way {
        OF_GROUP,
        OF_POLICY,
        OF_GROUP_AND_POLICY,
        PAGE,
        WITH_STATUS,
        HELD,
        WITH_RANK,
        GUESTS;

        static Way of(UserFilter filter) {
            if (filter.group() != null) {
                return filter.policy() == null ? OF_GROUP : OF_GROUP_AND_POLICY;
            }
            if (filter.policy() != null) {
                return OF_POLICY;
            }
            Status status = filter.status();
            if (status != null && status != Status.ACTIVE) {
                return WITH_STATUS;
            }
            if (filter.hold() != null) {
                return HELD;
            }
            Rank rank = filter.rank();
            if (rank != null && rank != Rank.REGULAR) {
                return WITH_RANK;
            }
            return filter.tag() == Tag.GUEST ? GUESTS : PAGE;
        }

        String word() {
            return switch (this) {
                case OF_GROUP -> "of_group";
                case OF_POLICY -> "of_policy";
                case OF_GROUP_AND_POLICY -> "of_group_and_policy";
                case PAGE -> "page";
                case WITH_STATUS -> "with_status";
                case HELD -> "held";
                case WITH_RANK -> "with_rank";
                case GUESTS -> "guests";
            };
        }
    }

    /// Whether nobody can be meant: a group or policy was deleted; who is held is not active, and no status is less
    /// grave than a hold.
    private boolean isImpossible() {
        if (isGone("group_by_id", filter.group()) || isGone("policy_by_id", filter.policy())) {
            return true;
        }
        Status status = filter.status();
        HoldKind hold = filter.hold();
        return status != null && hold != null && status.compareTo(Status.of(hold)) > 0;
    }

    private boolean isGone(String statement, @Nullable UUID id) {
        return id != null
                && session.one(statement, to -> to.number(filter.realm()).uuid(id), row -> true) == null;
    }

    List<Rows.UserRow> page(int limit, long offset) {
        if (isImpossible()) {
            return List.of();
        }
        boolean dense = filter.isDense();
        if (dense) {
            above += offset;
        }
        return session.list(
                "users_" + way.word(),
                to -> {
                    // What PostgreSQL has to sort at the most, of each status.
                    fill(to, session.kind() == DatabaseKind.POSTGRES ? limit + offset : null);
                    to.number(limit).number(dense ? 0 : offset);
                },
                UserColumns::read);
    }

    long count(int upTo) {
        if (isImpossible()) {
            return 0;
        }
        Long count = session.one(
                "count_" + way.word(),
                to -> {
                    fill(to, null);
                    to.number(upTo);
                },
                Row::number);
        return Objects.requireNonNull(count);
    }

    private void fill(Binder to, @Nullable Long ofEachStatus) throws SQLException {
        if (way == Way.HELD) {
            // The statement has a branch for each kind of hold.
            for (HoldKind _ : HoldKind.values()) {
                to.number(filter.realm()).number(above).number(below);
                hold(to);
                range(to, filter.tag(), Tag.CODES);
                range(to, filter.rank(), Rank.CODES);
                if (ofEachStatus != null) {
                    to.number(ofEachStatus);
                }
            }
            return;
        }
        to.number(filter.realm());
        switch (way) {
            case OF_GROUP, OF_GROUP_AND_POLICY -> to.uuid(Objects.requireNonNull(filter.group()));
            case OF_POLICY -> to.uuid(Objects.requireNonNull(filter.policy()));
            case PAGE, WITH_STATUS, HELD, WITH_RANK, GUESTS -> {}
        }
        to.number(above).number(below);
        switch (way) {
            case OF_GROUP_AND_POLICY -> {
                to.uuid(Objects.requireNonNull(filter.policy()));
                range(to, filter.status(), Status.CODES);
            }
            case WITH_STATUS -> to.code(Objects.requireNonNull(filter.status()));
            case WITH_RANK -> {
                to.code(Objects.requireNonNull(filter.rank()));
                range(to, filter.status(), Status.CODES);
            }
            case PAGE, GUESTS, HELD, OF_GROUP, OF_POLICY -> range(to, filter.status(), Status.CODES);
        }
        range(to, filter.tag(), Tag.CODES);
        if (way != Way.WITH_RANK) {
            range(to, filter.rank(), Rank.CODES);
        }
        hold(to);
    }

    private void hold(Binder to) throws SQLException {
        HoldKind hold = filter.hold();
        int bit = hold == null ? 0 : hold.bit();
        to.small(bit).small(bit);
    }

    private static <E extends Coded> void range(Binder to, @Nullable E value, Codes<E> codes) throws SQLException {
        to.small(value == null ? 0 : value.code()).small(value == null ? codes.size() - 1 : value.code());
    }

    /// The lowest number of those who were registered at `at` or later, by halving: some twenty looks at an index.
    private long firstRegistered(Instant at) {
        Rows.BatchRow last = session.one("batch_last", to -> to.number(filter.realm()), Columns::batch);
        long low = 1;
        long high = last == null ? 1 : last.number() + 1;
        while (low < high) {
            long middle = (low + high) >>> 1;
            Instant registered = session.one(
                    "user_registered_at", to -> to.number(filter.realm()).number(middle), Columns::instant);
            if (registered != null && registered.isBefore(at)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
