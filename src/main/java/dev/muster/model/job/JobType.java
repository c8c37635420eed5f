package dev.muster.model.job;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The type of a job, identified by Smile ID's number for it.
public record JobType(int number) {
    /// The kinds of jobs that the rules distinguish.
    public enum Kind {
        /// Enrols a user with identity evidence.
        ENROLMENT,
        /// Compares an enrolled user with the evidence from their enrolment.
        OF_ENROLLED,
        /// Does something unrelated to enrolment, for a user whom Muster need not know.
        OTHER
    }

    public JobType {
        if (kind(number) == null) {
            throw new IllegalArgumentException("not a type of job: " + number);
        }
    }

    /// Returns the type with this number; null if there is none.
    public static @Nullable JobType of(int number) {
        return kind(number) == null ? null : new JobType(number);
    }

    public Kind kind() {
        return Objects.requireNonNull(kind(number));
    }

    private static @Nullable Kind kind(int number) {
        return switch (number) {
            case 1, 4, 6, 11 -> Kind.ENROLMENT;
            case 2, 8 -> Kind.OF_ENROLLED;
            case 5, 7, 9, 10, 12 -> Kind.OTHER;
            default -> null;
        };
    }
}
