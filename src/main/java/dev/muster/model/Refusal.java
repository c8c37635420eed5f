package dev.muster.model;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.Hold;
import dev.muster.model.value.FieldError;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The reasons to refuse a request. The set is closed: each dialect renders refusals with one exhaustive `switch`, so
/// adding a refusal breaks the build until every dialect handles it. A dialect may render a whole group in the same
/// way. Any other failure is a bug.
public sealed interface Refusal {
    /// Something in the request is wrong: a field, a reference, a precondition or an idempotency key.
    sealed interface OfRequest extends Refusal {}

    /// The user's state does not allow the request.
    sealed interface OfUser extends Refusal {}

    /// The job's stage does not allow the request.
    sealed interface OfJob extends Refusal {}

    /// The caller is unknown, not allowed to make the request, or over a quota.
    sealed interface OfCaller extends Refusal {}

    /// The request needs a second operator's approval, or is about such an approval.
    sealed interface OfApproval extends Refusal {}

    /// The request was not executed; the same request may succeed later.
    sealed interface TryAgain extends Refusal {
        /// How long to wait before retrying.
        Duration retryAfter();
    }

    /// The server has a problem that the caller cannot fix.
    sealed interface OfServer extends Refusal {}

    /// The realm has no `what` with the reference `ref`.
    record NotFound(String what, String ref) implements OfRequest {}

    /// All invalid fields of the request.
    record Invalid(List<FieldError> faults) implements OfRequest {
        public Invalid(String field, String code, String message) {
            this(List.of(new FieldError(field, code, message)));
        }
    }

    /// The value of `field` already belongs to the user `by`. If `byRemoved` is set, that user can be restored
    /// instead.
    record Taken(String field, UUID by, boolean byRemoved) implements OfRequest {}

    /// The user or the identifier is permanently barred.
    record Barred() implements OfUser {}

    /// The user has been removed and must be restored first.
    record Removed() implements OfUser {}

    /// The user's personal data has been erased, so the user can no longer be changed.
    record Erased() implements OfUser {}

    /// The user may not act because of `holds`.
    record Held(List<Hold> holds) implements OfUser {}

    /// The user would still be held by `holds`, or those holds prevent the change.
    record StillHeld(List<Hold> holds) implements OfUser {}

    /// The actor lacks what is `needed`: a scope, `rank SUPER`, `root` or a realm.
    record Forbidden(String needed) implements OfCaller {
        /// Creates the refusal for an actor who lacks a scope. Root has no scopes, because scopes are rights
        /// within a realm.
        public static Forbidden to(Actor actor, Scope lacked) {
            return new Forbidden(actor.isRoot() ? "a realm: the root key belongs to none" : lacked.wireName());
        }
    }

    /// The operator must prove their identity again, because the last proof is older than `maxAge`.
    record StepUpRequired(Duration maxAge) implements OfCaller {}

    /// The user is the realm's last SUPER in service and must remain one.
    record LastSuper() implements OfUser {}

    /// Only guests can be promoted.
    record NotGuest() implements OfUser {}

    /// The action is not allowed for guests; they must be promoted first.
    record GuestNotAllowed() implements OfUser {}

    /// The object cannot be ended or deleted, because `by`, described for people, still needs it.
    record InUse(String by) implements OfRequest {}

    record NotEnrolled() implements OfUser {}

    record AlreadyEnrolled() implements OfUser {}

    record MustReenrol() implements OfUser {}

    record JobExists(String jobId) implements OfJob {}

    record JobComplete(String jobId) implements OfJob {}

    /// The versions in `If-Match` do not include the `current` version.
    record Stale(long current) implements OfRequest {}

    /// The idempotency key was used for another request.
    record IdempotencyMismatch() implements OfRequest {}

    /// A request with the same idempotency key is still being executed.
    record InFlight() implements OfRequest {}

    /// The request was executed before, and its response contained a secret, which is not stored. `made` is the id
    /// of the object that it created.
    record SecretNotKept(String made) implements OfRequest {}

    /// The realm already has as many `what` as its quota allows, or the API key has sent too many requests. `what`
    /// is in the plural, such as `users` or `bytes of evidence`.
    ///
    /// @param limit the quota
    /// @param retryAfter how long to wait before retrying; null if waiting does not help
    record OverQuota(String what, long limit, @Nullable Duration retryAfter) implements OfCaller {
        /// Creates a refusal for a quota on stored objects rather than on a rate.
        public OverQuota(String what, long limit) {
            this(what, limit, null);
        }
    }

    /// The API key is valid but may not be used from the client's `address`.
    record AddressNotAllowed(String address) implements OfCaller {}

    /// The request was not executed yet: the realm's rules require a second operator, and the request now awaits
    /// approval.
    ///
    /// @param approval the id of the request for approval; null for a dry run, which stores none
    record NeedsApproval(@Nullable UUID approval) implements OfApproval {}

    /// The actor cannot decide on this request for approval.
    record CannotDecide(Reason reason) implements OfApproval {
        /// Why the actor cannot decide.
        public enum Reason {
            /// Only operators can approve and decline, but the actor is an API key or root.
            NOT_AN_OPERATOR,
            /// The request is the actor's own.
            OWN_REQUEST,
            /// The actor created the requester or was created by them, directly or indirectly, or both were
            /// created by the same operator or key.
            RELATED,
            /// The requester was disabled or revoked, has expired, or has lost rights that the commands
            /// require.
            REQUESTER_GONE,
            /// The request was approved or declined, or has lapsed.
            CLOSED,
            /// The user has changed since the request was made. The approver must name the version that
            /// they have seen.
            CHANGED,
            /// The request has several commands, at least one of which cannot wait for approval.
            CANNOT_WAIT
        }
    }

    /// The credential is unknown, expired or revoked.
    record Unauthenticated() implements OfCaller {}

    /// There were too many failed attempts from this address, so the credential was not checked.
    record TooManyFailures(Duration retryAfter) implements TryAgain {}

    /// The request was not executed, because the server is overloaded or storage is unavailable. It is safe to
    /// retry.
    record Busy(Duration retryAfter) implements TryAgain {}

    /// The request was not executed, because storage is full. Reads still work. It is safe to retry once there is
    /// space.
    record StorageFull(Duration retryAfter) implements TryAgain {}

    /// It could not be determined in time whether the request was executed. It is safe to retry only with an
    /// idempotency key.
    record OutcomeUnknown() implements OfServer {}

    /// The request was not executed, because the stored `what`, such as a `user`, with reference `ref` cannot be
    /// read. Someone has altered the database; retrying does not help.
    record Unreadable(String what, String ref) implements OfServer {}

    /// The request was not executed, because the clock is behind the newest entry of the realm's journal.
    record Clock() implements OfServer {}
}
