package dev.muster.storage;

import dev.muster.model.job.Outcome;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Selects which of a realm's jobs to list. Jobs that are only reserved are never listed. Filters that are not null or
/// empty are combined with AND. As in [UserFilter], one filter determines the index; the others are checked for each
/// row.
///
/// @param pending whether jobs without a verdict are included
/// @param outcomes the outcomes to include; if empty and `pending` is false, jobs are not filtered by outcome
/// @param reviewOpen true for jobs with an open review, false for those whose review was closed
/// @param before an exclusive upper bound for the jobs' numbers; [Long#MAX_VALUE] for all
public record JobFilter(
        long realm,
        @Nullable UUID user,
        boolean pending,
        Set<Outcome> outcomes,
        @Nullable Boolean reviewOpen,
        long before) {
    private static final int NO_STATE = -1;

    public JobFilter {
        outcomes = Set.copyOf(outcomes);
    }

    /// Returns a page of jobs, newest first.
    List<JobRow> page(Session session, int limit, long offset) {
        // Only the PostgreSQL statement has a limit for each of the states that it merges.
        List<Object> limits = session.kind() == DatabaseKind.POSTGRES ? List.of(limit + offset) : List.of();
        List<Object> parameters = parameters(limits);
        Collections.addAll(parameters, limit, offset);
        return session.list("jobs_" + index(), JobRow::read, parameters.toArray());
    }

    /// The number of matching jobs; counting stops at `upTo`.
    long count(Session session, int upTo) {
        List<Object> parameters = parameters(List.of());
        parameters.add(upTo);
        return session.count("count_jobs_" + index(), parameters.toArray());
    }

    /// The index to use, which is the suffix of the statement's name.
    private String index() {
        if (user != null) {
            return "of_user";
        }
        if (reviewOpen != null) {
            return "with_review";
        }
        return isOfAnyOutcome() ? "page" : "with_states";
    }

    private boolean isOfAnyOutcome() {
        return !pending && outcomes.isEmpty();
    }

    /// @param limits the limits to repeat for each branch of a statement with one branch per state
    private List<Object> parameters(List<Object> limits) {
        List<Object> all = new ArrayList<>();
        switch (index()) {
            case "of_user" -> {
                Collections.addAll(all, realm, user, before, states());
                Collections.addAll(all, review(JobRow.NO_REVIEW), review(JobRow.CLOSED_REVIEW));
            }
            case "with_review" -> Collections.addAll(all, realm, review(JobRow.OPEN_REVIEW), before, states());
            case "with_states" -> {
                for (int state = JobRow.AWAITING; state < JobRow.STATES; state++) {
                    boolean asked = (states() & 1 << state) != 0;
                    Collections.addAll(all, realm, asked ? state : NO_STATE, before);
                    all.addAll(limits);
                }
            }
            default -> Collections.addAll(all, realm, before);
        }
        return all;
    }

    /// The review state to look for; `any` if there is no such filter.
    private int review(int any) {
        return reviewOpen == null ? any : reviewOpen ? JobRow.OPEN_REVIEW : JobRow.CLOSED_REVIEW;
    }

    /// The states to include, as bits.
    private int states() {
        if (isOfAnyOutcome()) {
            return (1 << JobRow.STATES) - 1 & ~(1 << JobRow.RESERVED);
        }
        int bits = pending ? 1 << JobRow.AWAITING : 0;
        for (Outcome outcome : outcomes) {
            bits |= 1 << JobRow.state(outcome);
        }
        return bits;
    }
}
