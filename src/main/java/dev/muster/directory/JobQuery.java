package dev.muster.directory;

import dev.muster.model.user.UserRef;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Selects the jobs to list, newest first. Jobs that are only reserved are never listed. Filters that are neither null
/// nor empty are combined with AND.
///
/// @param outcomes names from [dev.muster.model.job.Job#outcomeWord]: `pending`, `passed`, `failed`, `provisional`;
///     empty for any
/// @param review true for jobs with an open review, false for jobs whose review was closed; null for any
/// @param before only jobs with a lower number; null to start with the newest
/// @param offset how many jobs to skip
public record JobQuery(
        @Nullable UserRef user,
        Set<String> outcomes,
        @Nullable Boolean review,
        int limit,
        @Nullable Long before,
        long offset) {}
