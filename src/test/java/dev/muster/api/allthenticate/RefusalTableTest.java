package dev.muster.api.allthenticate;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.Golden;
import dev.muster.api.ErrorText;
import dev.muster.api.Leaves;
import dev.muster.http.Fault;
import dev.muster.model.ActorRef;
import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/dialects/allthenticate.md is what [AllthenticateErrors] says, whole: one row for each refusal and each fault
/// there is.
final class RefusalTableTest {
    private static final Path FILE = Path.of("docs/dialects/allthenticate.md");
    private static final UUID SOMEBODY = UUID.fromString("1a123288-24e8-7c6d-a847-501bab184f5a");

    private static final List<Refusal> REFUSALS = List.of(
            new Refusal.NotFound("user", "7"),
            new Refusal.NotFound("group", SOMEBODY.toString()),
            new Refusal.Erased(),
            new Refusal.Invalid("email_id", "required", "Is required."),
            new Refusal.Invalid("", "malformed", "The body must be a JSON object."),
            new Refusal.Taken("cards[0].number", SOMEBODY, false),
            new Refusal.Taken("email", SOMEBODY, false),
            new Refusal.Taken("email", SOMEBODY, true),
            new Refusal.Barred(),
            new Refusal.Removed(),
            new Refusal.Held(List.of(hold(HoldKind.BLOCKED, Hold.MAIN, null))),
            new Refusal.StillHeld(List.of(
                    hold(HoldKind.BLOCKED, Hold.MAIN, null),
                    hold(HoldKind.SUSPENDED, "legal", Instant.parse("2026-12-01T00:00:00Z")))),
            new Refusal.StillHeld(List.of(hold(HoldKind.DEACTIVATED, Hold.MAIN, null))),
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
            new Refusal.Stale(7),
            new Refusal.IdempotencyMismatch(),
            new Refusal.InFlight(),
            new Refusal.SecretNotKept("key " + SOMEBODY),
            new Refusal.OverQuota("users", 1_000),
            new Refusal.OverQuota("requests a second", 50, Duration.ofSeconds(1)),
            new Refusal.TooManyFailures(Duration.ofSeconds(30)),
            new Refusal.Busy(Duration.ofSeconds(1)),
            new Refusal.NoRoom(Duration.ofSeconds(10)),
            new Refusal.Unreadable("user", "018f3c2e-0000-7000-8000-000000000001"),
            new Refusal.OutcomeUnknown(),
            new Refusal.Clock());

    private static final List<Fault> FAULTS = List.of(
            new Fault.NoSuchPath(),
            new Fault.MethodNotAllowed("PUT", List.of("POST")),
            new Fault.Malformed("The query is broken."),
            new Fault.UriTooLong(),
            new Fault.HeadersTooLarge(),
            new Fault.BodyTooLarge(1_048_576),
            new Fault.UnsupportedCoding("The body must be a form or JSON."),
            new Fault.BodyTimedOut(),
            new Fault.TooManyAttempts(Duration.ofSeconds(30)),
            new Fault.Overloaded(Duration.ofSeconds(1)),
            new Fault.Internal());

    private static Hold hold(HoldKind kind, String label, Instant until) {
        return new Hold(kind, label, null, null, ActorRef.ROOT, Instant.EPOCH, until);
    }

    @Test
    void theTableHasARowForEach() {
        assertThat(classes(REFUSALS)).containsExactlyInAnyOrder(Leaves.of(Refusal.class));
        assertThat(classes(FAULTS)).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
    }

    @Test
    void theTableIsWhatIsSaid() {
        Golden.check(
                FILE,
                """
                # What `allthenticate` says when it says no

                Made from the code by `RefusalTableTest`; do not edit. Every error is `{"error": text}` and changes nothing. A
                400 names every fault of its request, and fields and headers as clients write them.

                ## What the register refuses

                | refusal | status | error | Retry-After |
                |---|---|---|---|
                """ + rows(REFUSALS.stream().map(refusal -> row(refusal, AllthenticateErrors.of(refusal)))) + """

                Names of holds and waiting times are examples.

                ## What the server refuses before

                | fault | status | error | Retry-After |
                |---|---|---|---|
                """
                        + rows(FAULTS.stream().map(fault -> row(fault, ErrorText.of(fault)))) + """

                `405` carries `Allow`; `429` and `503` here carry `Retry-After`.
                """);
    }

    private static List<Class<?>> classes(List<?> samples) {
        return samples.stream().<Class<?>>map(Object::getClass).distinct().toList();
    }

    private static String rows(Stream<String> rows) {
        return rows.collect(joining());
    }

    private static String row(Object what, ErrorText error) {
        return "| `%s` | %d | %s | %s |\n"
                .formatted(
                        what.getClass().getSimpleName(),
                        error.status(),
                        error.text(),
                        error.retryAfter() == null ? "" : error.retryAfter().toSeconds() + " s");
    }
}
