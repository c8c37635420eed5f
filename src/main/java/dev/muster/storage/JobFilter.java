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

/// Which jobs of a realm to list: never those that are only reserved. Filters that are not null or empty
/// combine. As with users, one of them chooses the index that is walked, and the others are checked in each
/// row.
///
/// @param pending whether those without a verdict are among the outcomes asked for
/// @param outcomes empty, if `pending` is false too, for any
/// @param reviewOpen those whose review is open (true) or was closed (false)
/// @param before only those with a lower number; [Long#MAX_VALUE] for all
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

    /// A page, newest first.
    List<JobRow> page(Session session, int limit, long offset) {
        // Only PostgreSQL takes a limit for each state that it has to merge.
        List<Object> limits = session.kind() == DatabaseKind.POSTGRES ? List.of(limit + offset) : List.of();
        List<Object> parameters = parameters(limits);
        Collections.addAll(parameters, limit, offset);
        return session.list("jobs_" + index(), JobRow::read, parameters.toArray());
    }

    /// How many jobs pass, `upTo` at most.
    long count(Session session, int upTo) {
        List<Object> parameters = parameters(List.of());
        parameters.add(upTo);
        return session.count("count_jobs_" + index(), parameters.toArray());
    }

    /// The index that is walked: the end of the statement's name.
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

    /// @param limits for each branch of a statement that has one for each state
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

    /// The review that is asked for; `any` if none is.
    private int review(int any) {
        return reviewOpen == null ? any : reviewOpen ? JobRow.OPEN_REVIEW : JobRow.CLOSED_REVIEW;
    }

    /// A bit for each state that is asked for.
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
