package dev.muster.model;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.Hold;
import dev.muster.model.value.FieldError;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The reasons for which a request is refused. A closed set: each dialect has one exhaustive `switch` from here
/// to its own words, so a new refusal does not compile until every dialect can say it. A dialect may word a
/// whole group at once. Whatever else goes wrong is a bug.
public sealed interface Refusal {
    /// What was asked for does not fit: a field, a name, a condition or a key of the request.
    sealed interface OfRequest extends Refusal {}

    /// The user is not in a state in which this is done.
    sealed interface OfUser extends Refusal {}

    /// The job is not in a stage in which this is done.
    sealed interface OfJob extends Refusal {}

    /// The caller is unknown, may not do this, or has used up a quota.
    sealed interface OfCaller extends Refusal {}

    /// The request needs a second operator, or was about that.
    sealed interface OfApproval extends Refusal {}

    /// Not carried out now; the same request may succeed later.
    sealed interface TryAgain extends Refusal {
        /// How long to wait first.
        Duration retryAfter();
    }

    /// Something is wrong with the server that the caller cannot put right.
    sealed interface OfServer extends Refusal {}

    /// There is no `what` that `ref` names, in this realm.
    record NotFound(String what, String ref) implements OfRequest {}

    /// Fields that break their rules: all of them at once.
    record Invalid(List<FieldError> faults) implements OfRequest {
        public Invalid(String field, String code, String message) {
            this(List.of(new FieldError(field, code, message)));
        }
    }

    /// The value of `field` belongs to `by` already. Where `byRemoved`, restoring them is the way back.
    record Taken(String field, UUID by, boolean byRemoved) implements OfRequest {}

    /// The user, or the identifier, is barred for good.
    record Barred() implements OfUser {}

    /// The user is removed, and this is not done to removed users; restore them first.
    record Removed() implements OfUser {}

    /// The user's personal data was erased; nothing more is done to them.
    record Erased() implements OfUser {}

    /// The user may not act, by `holds`.
    record Held(List<Hold> holds) implements OfUser {}

    /// What was asked for would leave the user held by `holds`, or cannot be had while they are in effect.
    record StillHeld(List<Hold> holds) implements OfUser {}

    /// The actor lacks `needed`: a scope, `rank SUPER`, `root` or a realm.
    record Forbidden(String needed) implements OfCaller {
        /// For an actor who lacks a scope. Root has none, since scopes are rights in a realm.
        public static Forbidden to(Actor actor, Scope lacked) {
            return new Forbidden(actor.isRoot() ? "a realm: the root key belongs to none" : lacked.word());
        }
    }

    /// The realm's last user of rank SUPER in service stays one.
    record LastSuper() implements OfUser {}

    /// Only guests can be promoted.
    record NotGuest() implements OfUser {}

    /// Not for guests; promote them first.
    record GuestNotAllowed() implements OfUser {}

    /// Needed by `by`, which would be left without.
    record InUse(String by) implements OfRequest {}

    record NotEnrolled() implements OfUser {}

    record AlreadyEnrolled() implements OfUser {}

    record MustReenrol() implements OfUser {}

    record JobExists(String jobId) implements OfJob {}

    record JobComplete(String jobId) implements OfJob {}

    /// `If-Match` named another version than the `current` one.
    record Stale(long current) implements OfRequest {}

    /// The idempotency key was used for another request.
    record IdempotencyMismatch() implements OfRequest {}

    /// The same request is being carried out just now.
    record InFlight() implements OfRequest {}

    /// The request was carried out before and its answer carried a secret, which is not kept: `made` is what it
    /// made.
    record SecretNotKept(String made) implements OfRequest {}

    /// The realm has as many of `what` as its quota allows, or its key has sent as many requests. `what` is in
    /// the plural, such as `users` or `bytes of evidence`.
    ///
    /// @param limit what the quota is
    /// @param retryAfter when a request may be sent again; null where time alone changes nothing
    record OverQuota(String what, long limit, @Nullable Duration retryAfter) implements OfCaller {
        /// One of what a realm has, and not of what it does in a time.
        public OverQuota(String what, long limit) {
            this(what, limit, null);
        }
    }

    /// The API key is genuine and may not be used from the client's `address`.
    record AddressNotAllowed(String address) implements OfCaller {}

    /// Not carried out: the realm's rules want a second operator for this, and it waits for one now.
    ///
    /// @param approval by which it can be found; null for a dry run, which leaves nothing to find
    record NeedsApproval(@Nullable UUID approval) implements OfApproval {}

    /// The actor does not decide on this request for approval.
    record CannotDecide(Reason reason) implements OfApproval {
        /// Why an actor does not.
        public enum Reason {
            /// Only operators approve and decline; the actor is an API key or root.
            NOT_AN_OPERATOR,
            /// It is the actor's own request.
            OWN_REQUEST,
            /// The actor made the requester or was made by them, directly or not, or both were made by one
            /// operator or key.
            RELATED,
            /// The requester was disabled, revoked, has expired or lost the right to ask.
            REQUESTER_GONE,
            /// It was approved or declined, or has lapsed.
            CLOSED,
            /// The user was changed since; whoever approves has to name the version that they looked at.
            CHANGED,
            /// Several changes were asked for at once, and one of them cannot wait for approval.
            CANNOT_WAIT
        }
    }

    /// The credential is unknown, expired or revoked.
    record Unauthenticated() implements OfCaller {}

    /// Too many failed attempts from this address; nothing was looked at.
    record TooManyFailures(Duration retryAfter) implements TryAgain {}

    /// Not carried out: too much to do, or storage does not answer. Safe to send again.
    record Busy(Duration retryAfter) implements TryAgain {}

    /// Not carried out: storage has no room left to write. Reads go on; safe to send again when there is room.
    record StorageFull(Duration retryAfter) implements TryAgain {}

    /// Whether it was carried out could not be found out in time. Safe to send again only with an idempotency
    /// key.
    record OutcomeUnknown() implements OfServer {}

    /// Not carried out: what is stored of `what`, such as `user`, that `ref` names cannot be read. Somebody
    /// altered the database, and asking again changes nothing.
    record Unreadable(String what, String ref) implements OfServer {}

    /// Not carried out: the clock runs behind what the realm's journal already says.
    record Clock() implements OfServer {}
}
