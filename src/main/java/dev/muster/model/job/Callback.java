package dev.muster.model.job;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The state of sending a job's result to its callback address. The result itself is in the journal entry.
///
/// @param seq the number of the journal entry `job.completed` that contains the result
/// @param attempts the number of attempts started, including one that is in progress
/// @param dueAt when the next attempt starts, or when the current one will be considered lost; null unless the state is
///     `WAITING`
/// @param firstAt when the first attempt started; null before that
public record Callback(
        long seq,
        UUID job,
        State state,
        int attempts,
        @Nullable Instant dueAt,
        @Nullable Instant firstAt) {
    /// Creates a callback for a result that has not been sent yet.
    public static Callback fresh(long seq, UUID job, Instant now) {
        return new Callback(seq, job, State.WAITING, 0, now, null);
    }

    /// The state of a callback.
    public enum State implements Coded, WireNamed {
        WAITING(0, "waiting"),
        DELIVERED(1, "delivered"),
        /// Every attempt failed.
        GAVE_UP(2, "gave_up"),
        /// The job was erased before the result was sent.
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
        public String wireName() {
            return word;
        }
    }

    /// One attempt to send the result.
    ///
    /// @param number the number of the attempt, starting from 1
    /// @param status the HTTP status of the reply; null if there was none
    /// @param sealedReply the beginning of the reply's body, sealed; null if it was empty or there was no reply
    /// @param error why there was no reply; null if there was one
    public record Attempt(
            long seq,
            int number,
            Instant at,
            int millis,
            @Nullable Integer status,
            byte @Nullable [] sealedReply,
            @Nullable String error) {}
}
