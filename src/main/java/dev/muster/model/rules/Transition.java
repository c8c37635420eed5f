package dev.muster.model.rules;

import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.user.User;
import org.jspecify.annotations.Nullable;

/// What one command makes of a thing.
///
/// @param <T> what the command is about
sealed interface Transition<T> {
    /// Nothing changes: it is so already.
    record Unchanged<T>() implements Transition<T> {}

    record Refused<T>(Refusal refusal) implements Transition<T> {}

    /// Nothing changes, and the journal tells all the same that somebody asked for it.
    record Noted<T>(Event.Action action) implements Transition<T> {}

    /// Nothing changes but the holds that are over: their endings are journalled now.
    record Ended<T>() implements Transition<T> {}

    /// It becomes `after`, and `action` is what the journal calls that.
    record Changed<T>(
            T after,
            Event.Action action,
            @Nullable String reason,
            @Nullable String note) implements Transition<T> {
        Changed(T after, Event.Action action) {
            this(after, action, null, null);
        }
    }

    /// From `before` to what `draft` makes of it; unchanged if that is the same.
    static Transition<User> to(
            User before, User.Draft draft, Event.Action action, @Nullable String reason, @Nullable String note) {
        User after = draft.build();
        return after.equals(before) ? new Unchanged<>() : new Changed<>(after, action, reason, note);
    }
}
