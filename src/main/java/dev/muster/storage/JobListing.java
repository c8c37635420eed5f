package dev.muster.storage;

import dev.muster.model.job.Outcome;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Lists and counts of jobs, newest first. As with users, one filter says which index is walked, and the others are
/// looked at in each row.
final class JobListing {
    private static final int NONE = -1;

    private final Session session;
    private final JobFilter filter;
    private final Way way;

    JobListing(Session session, JobFilter filter) {
        this.session = session;
        this.filter = filter;
        way = Way.of(filter);
    }

    /// The index that is walked: the ending of the statements' names.
    private enum Way {
        PAGE,
        OF_USER,
        WITH_REVIEW,
        WITH_STATES;

        static Way of(JobFilter filter) {
            if (filter.user() != null) {
                return OF_USER;
            }
            if (filter.reviewOpen() != null) {
                return WITH_REVIEW;
            }
            return filter.isOfAnyOutcome() ? PAGE : WITH_STATES;
        }

        String word() {
            return switch (this) {
                case PAGE -> "page";
                case OF_USER -> "of_user";
                case WITH_REVIEW -> "with_review";
                case WITH_STATES -> "with_states";
            };
        }
    }

    List<Rows.JobRow> page(int limit, long offset) {
        return session.list(
                "jobs_" + way.word(),
                to -> {
                    // What PostgreSQL has to sort at the most, of each state.
                    fill(to, session.kind() == DatabaseKind.POSTGRES ? limit + offset : null);
                    to.number(limit).number(offset);
                },
                JobColumns::read);
    }

    long count(int upTo) {
        Long count = session.one(
                "count_jobs_" + way.word(),
                to -> {
                    fill(to, null);
                    to.number(upTo);
                },
                Row::number);
        return Objects.requireNonNull(count);
    }

    private void fill(Binder to, @Nullable Long ofEachState) throws SQLException {
        switch (way) {
            case OF_USER -> {
                UUID user = Objects.requireNonNull(filter.user());
                to.number(filter.realm()).uuid(user).number(filter.before()).small(states());
                Rows.JobRow.Review review = review();
                to.small(review == null ? 0 : review.code());
                to.small(review == null ? Rows.JobRow.Review.CODES.size() - 1 : review.code());
            }
            case WITH_REVIEW ->
                to.number(filter.realm())
                        .code(Objects.requireNonNull(review()))
                        .number(filter.before())
                        .small(states());
            case PAGE -> to.number(filter.realm()).number(filter.before());
            case WITH_STATES -> {
                // Once for each state that a submitted job can have; a state that is not asked for is not found.
                for (int state = JobColumns.AWAITING; state < JobColumns.STATES; state++) {
                    boolean asked = (states() & 1 << state) != 0;
                    to.number(filter.realm()).small(asked ? state : NONE).number(filter.before());
                    if (ofEachState != null) {
                        to.number(ofEachState);
                    }
                }
            }
        }
    }

    private Rows.JobRow.@Nullable Review review() {
        Boolean open = filter.reviewOpen();
        if (open == null) {
            return null;
        }
        return open ? Rows.JobRow.Review.OPEN : Rows.JobRow.Review.CLOSED;
    }

    /// A bit for each state that is asked for.
    private int states() {
        if (filter.isOfAnyOutcome()) {
            return (1 << JobColumns.STATES) - 1 & ~(1 << JobColumns.RESERVED);
        }
        int bits = filter.pending() ? 1 << JobColumns.AWAITING : 0;
        for (Outcome outcome : filter.outcomes()) {
            bits |= 1 << JobColumns.state(outcome);
        }
        return bits;
    }
}
