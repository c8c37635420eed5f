package dev.muster.model.rules;

import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.user.User;
import org.jspecify.annotations.Nullable;

/// The effect of one command on an object.
///
/// @param <T> the type of the object
sealed interface Transition<T> {
    /// Nothing changes.
    record Unchanged<T>() implements Transition<T> {}

    record Refused<T>(Refusal refusal) implements Transition<T> {}

    /// Nothing changes, but the request is journalled.
    record Noted<T>(Event.Action action) implements Transition<T> {}

    /// Nothing changes except that the ends of expired holds are journalled.
    record Ended<T>() implements Transition<T> {}

    /// The object becomes `after`; `action` is journalled.
    record Changed<T>(
            T after,
            Event.Action action,
            @Nullable String reason,
            @Nullable String note) implements Transition<T> {
        Changed(T after, Event.Action action) {
            this(after, action, null, null);
        }
    }

    /// Returns the transition from `before` to `draft`: unchanged if they are equal.
    static Transition<User> to(
            User before, User.Draft draft, Event.Action action, @Nullable String reason, @Nullable String note) {
        User after = draft.build();
        return after.equals(before) ? new Unchanged<>() : new Changed<>(after, action, reason, note);
    }
}
