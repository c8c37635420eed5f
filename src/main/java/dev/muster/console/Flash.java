package dev.muster.console;

import dev.muster.model.Change;
import dev.muster.model.user.Hold;

/// A success message, shown on the page that follows a form.
enum Flash {
    HELD("held", "The hold was placed."),
    HOLD_CHANGED("hold-changed", "The hold was changed."),
    RELEASED("released", "The hold was released."),
    UNDONE("undone", "Undone."),
    REGISTERED("registered", "The user was registered."),
    SAVED("saved", "Saved."),
    DELETED("deleted", "Deleted."),
    REVOKED("revoked", "The key was revoked."),
    REVOKED_WITH_DESCENDANTS("revoked-all", "The key was revoked, with everything it had created."),
    SESSION_ENDED("session-ended", "The session was ended."),
    PASSWORD_CHANGED(
            "password-changed",
            "The password was changed. You were signed out everywhere else, and stay signed in here."),
    PASSKEY_ADDED("passkey-added", "The passkey was added."),
    PASSKEY_REMOVED("passkey-removed", "The passkey was removed."),
    PASSKEYS_REMOVED("passkeys-removed", "The operator's passkeys were removed."),
    DISABLED("disabled", "The operator was disabled and signed out everywhere."),
    ENABLED("enabled", "The operator was enabled."),
    REMOVED("removed", "The user was removed."),
    RESTORED("restored", "The user was restored."),
    REINSTATED("reinstated", "The user may act again."),
    BARRED("barred", "The user was barred permanently."),
    ERASED("erased", "The user's personal data was erased."),
    CONFIRMED("confirmed", "Confirmed as fraud. The hold stays in place."),
    CLEARED("cleared", "Not fraud. The fraud hold was released."),
    SENT_AGAIN("sent-again", "The result is being sent again."),
    JOB_ERASED("job-erased", "The job was erased."),
    AWAITS_APPROVAL("awaits-approval", "Not done yet: a second operator has to approve this."),
    APPROVED("approved", "Approved and done."),
    DECLINED("declined", "The request was declined."),
    PAUSED("paused", "The webhook was paused."),
    RESUMED("resumed", "The webhook was resumed."),
    PINGED("pinged", "A ping was sent."),
    SENDING_AGAIN("sending-again", "It will be sent again."),
    SENDING_ONCE_RESUMED("sending-once-resumed", "It will be sent again once the webhook is resumed."),
    NOTHING("nothing", "Nothing to change.");

    private final String word;
    private final String sentence;

    Flash(String word, String sentence) {
        this.word = word;
        this.sentence = sentence;
    }

    /// Returns this message; [#NOTHING] if nothing changed; [#HOLD_CHANGED] instead of [#HELD] if an existing hold
    /// changed. If the form was sent before, only a user can be checked for changes; anything else counts as
    /// changed.
    Flash adjustedFor(Change change) {
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

    String wireName() {
        return word;
    }

    String sentence() {
        return sentence;
    }
}
