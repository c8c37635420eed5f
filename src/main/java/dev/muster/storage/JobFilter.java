package dev.muster.storage;

import dev.muster.model.job.Outcome;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which jobs of a realm to list: never those that are only reserved. Filters that are not null or empty combine.
///
/// @param pending whether those without a verdict are among the outcomes asked for
/// @param outcomes empty, where `pending` is false too, for any
/// @param reviewOpen those whose review is open (true) or was closed (false)
/// @param before only those with a lower number; [Long#MAX_VALUE] for all
public record JobFilter(
        long realm,
        @Nullable UUID user,
        boolean pending,
        Set<Outcome> outcomes,
        @Nullable Boolean reviewOpen,
        long before) {
    public JobFilter {
        outcomes = Set.copyOf(outcomes);
    }

    /// All that were submitted.
    public static JobFilter all(long realm) {
        return new JobFilter(realm, null, false, Set.of(), null, Long.MAX_VALUE);
    }

    boolean isOfAnyOutcome() {
        return !pending && outcomes.isEmpty();
    }
}
