package dev.muster.api;

import dev.muster.http.Fault;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Samples for the tables of the dialects, with at least one of each refusal and fault.
public final class RefusalSamples {
    public static final UUID SOMEBODY = UUID.fromString("1a123288-24e8-7c6d-a847-501bab184f5a");

    private static final List<Hold> HOLDS = List.of(
            hold(HoldKind.BLOCKED, Hold.MAIN, null),
            hold(HoldKind.SUSPENDED, "legal", Instant.parse("2026-12-01T00:00:00Z")));

    public static final List<Refusal> REFUSALS = List.of(
            new Refusal.NotFound("user", "ann@example.org"),
            new Refusal.NotFound("group", SOMEBODY.toString()),
            new Refusal.NotFound("evidence", "job-1"),
            new Refusal.NotFound("upload", ""),
            new Refusal.Invalid("", "malformed", "The body must be a JSON object."),
            new Refusal.Invalid("email", "not_an_address", "Must be an e-mail address."),
            new Refusal.Invalid("user_id", "required", "Is required."),
            new Refusal.Invalid("job_type", "unknown_type", "Must be one of 1, 2, …"),
            new Refusal.Taken("email", SOMEBODY, false),
            new Refusal.Taken("email", SOMEBODY, true),
            new Refusal.Taken("cards[0].number", SOMEBODY, false),
            new Refusal.Barred(),
            new Refusal.Removed(),
            new Refusal.Erased(),
            new Refusal.Held(HOLDS),
            new Refusal.StillHeld(HOLDS),
            new Refusal.StillHeld(HOLDS.subList(0, 1)),
            new Refusal.StillHeld(List.of(hold(HoldKind.REMOVED, Hold.MAIN, null))),
            new Refusal.LastSuper(),
            new Refusal.NotGuest(),
            new Refusal.GuestNotAllowed(),
            new Refusal.InUse("policy 7"),
            new Refusal.NotEnrolled(),
            new Refusal.AlreadyEnrolled(),
            new Refusal.MustReenrol(),
            new Refusal.JobExists("job-1"),
            new Refusal.JobComplete("job-1"),
            new Refusal.Unauthenticated(),
            new Refusal.Forbidden("users:write"),
            new Refusal.StepUpRequired(Duration.ofMinutes(15)),
            new Refusal.AddressNotAllowed("198.51.100.7"),
            new Refusal.NeedsApproval(SOMEBODY),
            new Refusal.CannotDecide(Refusal.CannotDecide.Reason.RELATED),
            new Refusal.Stale(7),
            new Refusal.IdempotencyMismatch(),
            new Refusal.InFlight(),
            new Refusal.SecretNotKept("key " + SOMEBODY),
            new Refusal.OverQuota("users", 1_000),
            new Refusal.OverQuota("requests a second", 50, Duration.ofSeconds(1)),
            new Refusal.TooManyFailures(Duration.ofSeconds(30)),
            new Refusal.Busy(Duration.ofSeconds(1)),
            new Refusal.StorageFull(Duration.ofSeconds(10)),
            new Refusal.Unreadable("user", "018f3c2e-0000-7000-8000-000000000001"),
            new Refusal.OutcomeUnknown(),
            new Refusal.Clock());

    public static final List<Fault> FAULTS = List.of(
            new Fault.NoSuchPath(),
            new Fault.MethodNotAllowed("PUT", List.of("GET", "POST")),
            new Fault.Malformed("The query is broken."),
            new Fault.UriTooLong(),
            new Fault.HeadersTooLarge(),
            new Fault.BodyTooLarge(1_048_576),
            new Fault.UnsupportedCoding("The body must be application/json."),
            new Fault.BodyTimedOut(),
            new Fault.TooManyAttempts(Duration.ofSeconds(30)),
            new Fault.Overloaded(Duration.ofSeconds(1)),
            new Fault.Internal());

    private RefusalSamples() {}

    private static Hold hold(HoldKind kind, String label, @Nullable Instant until) {
        return new Hold(kind, label, null, null, ActorRef.ROOT, Instant.EPOCH, until);
    }
}
