package dev.muster.model;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Every way in which Muster says no. A closed set: each dialect has one exhaustive `switch` from here to its own
/// words, so a new refusal does not compile until every dialect can say it. Whatever else goes wrong is a bug.
public sealed interface Refusal {
    /// There is no `what` that `ref` names, in this realm.
    record NotFound(String what, String ref) implements Refusal {}

    /// Fields that break their rules: all of them at once.
    record Invalid(List<Fault> faults) implements Refusal {
        public Invalid(String field, String code, String message) {
            this(List.of(new Fault(field, code, message)));
        }
    }

    /// The value of `field` belongs to `by` already. Where `byRemoved`, restoring them is the way back.
    record Taken(String field, UUID by, boolean byRemoved) implements Refusal {}

    /// The user, or the identifier, is barred for good.
    record Barred() implements Refusal {}

    /// The user is removed, and this is not done to removed users; restore them first.
    record Removed() implements Refusal {}

    /// The user's personal data was erased; nothing more is done to them.
    record Erased() implements Refusal {}

    /// The user may not act, by `holds`.
    record Held(List<Hold> holds) implements Refusal {}

    /// What was asked for would leave the user held by `holds`, or cannot be had while they are in effect.
    record StillHeld(List<Hold> holds) implements Refusal {}

    /// The actor lacks `needed`: a scope, `rank SUPER` or `root`.
    record Forbidden(String needed) implements Refusal {}

    /// The realm's last user of rank SUPER in service stays one.
    record LastSuper() implements Refusal {}

    /// Only a guest is promoted.
    record NotGuest() implements Refusal {}

    /// Not for guests; promote them first.
    record GuestNotAllowed() implements Refusal {}

    /// Needed by `by`, which would be left without.
    record InUse(String by) implements Refusal {}

    record NotEnrolled() implements Refusal {}

    record AlreadyEnrolled() implements Refusal {}

    record MustReenrol() implements Refusal {}

    record JobExists(String jobId) implements Refusal {}

    record JobComplete(String jobId) implements Refusal {}

    /// `If-Match` named another version than the `current` one.
    record Stale(long current) implements Refusal {}

    /// The idempotency key was used for another request.
    record IdempotencyMismatch() implements Refusal {}

    /// The same request is being carried out just now.
    record InFlight() implements Refusal {}

    /// The request was carried out before and its answer carried a secret, which is not kept: `made` is what it made.
    record SecretNotKept(String made) implements Refusal {}

    /// The realm has as many of `what` as its quota allows, or its key has sent as many requests. `what` is in
    /// the plural, such as `users` or `bytes of evidence`.
    ///
    /// @param limit what the quota is
    /// @param retryAfter when a request may be sent again; null where time alone changes nothing
    record OverQuota(String what, long limit, @Nullable Duration retryAfter) implements Refusal {
        /// One of what a realm has, and not of what it does in a time.
        public OverQuota(String what, long limit) {
            this(what, limit, null);
        }
    }

    /// The credential is unknown, expired or revoked.
    record Unauthenticated() implements Refusal {}

    /// Too many failed attempts from this address; nothing was looked at.
    record TooManyFailures(Duration retryAfter) implements Refusal {}

    /// Not carried out: too much to do, or storage does not answer. Safe to send again.
    record Busy(Duration retryAfter) implements Refusal {}

    /// Not carried out: storage has no room left to write. Reads go on; safe to send again when there is room.
    record NoRoom(Duration retryAfter) implements Refusal {}

    /// Whether it was carried out could not be found out in time. Safe to send again only with an idempotency key.
    record OutcomeUnknown() implements Refusal {}

    /// Not carried out: what is stored of `what`, such as `user`, that `ref` names cannot be read. Somebody altered the
    /// database, and asking again changes nothing.
    record Unreadable(String what, String ref) implements Refusal {}

    /// Not carried out: the clock runs behind what the realm's journal already says.
    record Clock() implements Refusal {}
}
