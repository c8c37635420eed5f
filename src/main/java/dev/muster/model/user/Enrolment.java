package dev.muster.model.user;

import java.time.Instant;

/// Whether a user's identity evidence has been taken, and whether it may be taken again.
public sealed interface Enrolment {
    /// No evidence has been taken yet.
    record None() implements Enrolment {}

    /// Evidence was taken at `at` by the job `jobId`.
    record Enrolled(String jobId, Instant at) implements Enrolment {}

    /// Evidence was taken and may be taken again. `previous` stays valid until then.
    record ReenrolmentAllowed(Enrolled previous) implements Enrolment {}

    /// The name on the wire: `none`, `enrolled` or `reenrolment_allowed`.
    default String wireName() {
        return switch (this) {
            case None() -> "none";
            case Enrolled _ -> "enrolled";
            case ReenrolmentAllowed _ -> "reenrolment_allowed";
        };
    }
}
