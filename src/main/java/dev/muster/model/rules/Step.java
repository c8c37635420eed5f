package dev.muster.model.rules;

import dev.muster.model.Event;
import dev.muster.model.Refusal;
import org.jspecify.annotations.Nullable;

/// What one command comes to.
///
/// @param <T> what the command is about
sealed interface Step<T> {
    /// Nothing changes: it is so already.
    record Same<T>() implements Step<T> {}

    record No<T>(Refusal refusal) implements Step<T> {}

    /// Nothing changes, and the journal tells all the same that somebody asked for it.
    record Noted<T>(Event.Action action) implements Step<T> {}

    /// Nothing changes but the holds that are over: their endings are journalled now.
    record Ended<T>() implements Step<T> {}

    /// It becomes `after`, and `action` is what the journal calls that.
    record To<T>(
            T after,
            Event.Action action,
            @Nullable String reason,
            @Nullable String note) implements Step<T> {
        To(T after, Event.Action action) {
            this(after, action, null, null);
        }
    }
}
