package dev.muster.directory;

import dev.muster.model.user.UserRef;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which jobs to list, newest first. What is only reserved is never listed. Filters that are not null or empty
/// combine.
///
/// @param outcomes as [dev.muster.model.job.Job#outcomeWord] gives them: `pending`, `passed`, `failed`, `provisional`;
/// empty
///     for any
/// @param review those whose review is open (true) or was closed (false)
/// @param before list those with a lower number; null to begin
/// @param offset how many to pass over
public record JobQuery(
        @Nullable UserRef user,
        Set<String> outcomes,
        @Nullable Boolean review,
        int limit,
        @Nullable Long before,
        long offset) {}
