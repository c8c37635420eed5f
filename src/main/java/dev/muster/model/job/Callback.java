package dev.muster.model.job;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A result of a job that the partner is told of at the job's callback address, and how far that has got. The
/// result itself is in the journal entry.
///
/// @param seq the journal entry `job.completed` with the result
/// @param attempts how many attempts were started, including one that is in progress
/// @param dueAt when the next attempt starts, or when the current one is given up for lost; null unless the
///     state is `WAITING`
/// @param firstAt when the first attempt started; null before
public record Callback(
        long seq,
        UUID job,
        State state,
        int attempts,
        @Nullable Instant dueAt,
        @Nullable Instant firstAt) {
    /// A result that the partner has not been told of yet.
    public static Callback fresh(long seq, UUID job, Instant now) {
        return new Callback(seq, job, State.WAITING, 0, now, null);
    }

    /// What became of a callback.
    public enum State implements Coded, WireNamed {
        WAITING(0, "waiting"),
        DELIVERED(1, "delivered"),
        /// Every attempt failed.
        GAVE_UP(2, "gave_up"),
        /// The job was erased before the partner was told.
        ERASED(3, "erased");

        public static final Codes<State> CODES = new Codes<>(values());

        private final int code;
        private final String word;

        State(int code, String word) {
            this.code = code;
            this.word = word;
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /// One attempt to tell the partner.
    ///
    /// @param no counts the attempts of a callback from 1
    /// @param status the HTTP status of the reply; null if there was none
    /// @param sealedReply the beginning of the reply's body, sealed; null if it was empty or there was none
    /// @param error why there was no reply; null if there was one
    public record Attempt(
            long seq,
            int no,
            Instant at,
            int millis,
            @Nullable Integer status,
            byte @Nullable [] sealedReply,
            @Nullable String error) {}
}
