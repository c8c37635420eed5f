package dev.muster.console;

import dev.muster.model.Change;
import dev.muster.model.user.Hold;

/// What the page after a form says was done.
enum Flash {
    HELD("held", "The hold is placed."),
    HOLD_CHANGED("hold-changed", "The hold is changed."),
    RELEASED("released", "The hold is released."),
    SAVED("saved", "Saved."),
    DELETED("deleted", "Deleted."),
    REVOKED("revoked", "The key is revoked."),
    REVOKED_WITH_DESCENDANTS("revoked-all", "The key is revoked, with all keys and operators that it made."),
    DISABLED("disabled", "The operator is disabled, and signed out everywhere."),
    ENABLED("enabled", "The operator is enabled."),
    REMOVED("removed", "The user is removed."),
    RESTORED("restored", "The user is restored."),
    REINSTATED("reinstated", "The user may act again."),
    BARRED("barred", "The user is barred for good."),
    ERASED("erased", "The user's personal data is erased."),
    JOB_ERASED("job-erased", "The job is erased."),
    NOTHING("nothing", "It was so already: nothing was changed.");

    private final String word;
    private final String sentence;

    Flash(String word, String sentence) {
        this.word = word;
        this.sentence = sentence;
    }

    /// This, or that nothing was changed, as far as `change` tells. Of a repeated form only what it did to a user is
    /// known.
    Flash unlessNothing(Change change) {
        boolean done = change.replayed()
                ? !(change.about() instanceof Change.OfUser(var user))
                        || user.updatedAt().equals(change.at())
                : !change.events().isEmpty();
        if (!done) {
            return NOTHING;
        }
        return this == HELD && changedAHold(change) ? HOLD_CHANGED : this;
    }

    private static boolean changedAHold(Change change) {
        return change.about() instanceof Change.OfUser(var user)
                && user.holds().all().stream()
                        .map(Hold::changed)
                        .anyMatch(changed -> changed != null && changed.at().equals(change.at()));
    }

    String word() {
        return word;
    }

    String sentence() {
        return sentence;
    }
}
