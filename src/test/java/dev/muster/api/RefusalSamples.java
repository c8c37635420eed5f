package dev.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.Fault;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// Refusals and faults from which the tables of the dialects are made.
public final class RefusalSamples {
    public static final UUID SOMEBODY = UUID.fromString("1a123288-24e8-7c6d-a847-501bab184f5a");

    private RefusalSamples() {}

    public static Hold hold(HoldKind kind, String label, Instant until) {
        return new Hold(kind, label, null, null, ActorRef.ROOT, Instant.EPOCH, until);
    }

    /// `first`, and behind it those that every dialect shows in the same order.
    public static List<Refusal> then(String jobId, String made, Refusal... first) {
        List<Refusal> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(
                new Refusal.LastSuper(),
                new Refusal.NotGuest(),
                new Refusal.GuestNotAllowed(),
                new Refusal.InUse("policy 7"),
                new Refusal.NotEnrolled(),
                new Refusal.AlreadyEnrolled(),
                new Refusal.MustReenrol(),
                new Refusal.JobExists(jobId),
                new Refusal.JobComplete(jobId),
                new Refusal.Unauthenticated(),
                new Refusal.Forbidden("users:write"),
                new Refusal.Stale(7),
                new Refusal.IdempotencyMismatch()));
        all.addAll(last(made));
        return all;
    }

    /// Those that say nothing of a user.
    public static List<Refusal> last(String made) {
        return List.of(
                new Refusal.InFlight(),
                new Refusal.SecretNotKept(made),
                new Refusal.OverQuota("users", 1_000),
                new Refusal.OverQuota("requests a second", 50, Duration.ofSeconds(1)),
                new Refusal.TooManyFailures(Duration.ofSeconds(30)),
                new Refusal.Busy(Duration.ofSeconds(1)),
                new Refusal.NoRoom(Duration.ofSeconds(10)),
                new Refusal.Unreadable("user", "018f3c2e-0000-7000-8000-000000000001"),
                new Refusal.OutcomeUnknown(),
                new Refusal.Clock());
    }

    public static List<Fault> faults(Fault.MethodNotAllowed method, String unsupported, long longestBody) {
        return List.of(
                new Fault.NoSuchPath(),
                method,
                new Fault.Malformed("The query is broken."),
                new Fault.UriTooLong(),
                new Fault.HeadersTooLarge(),
                new Fault.BodyTooLarge(longestBody),
                new Fault.UnsupportedCoding(unsupported),
                new Fault.BodyTimedOut(),
                new Fault.TooManyAttempts(Duration.ofSeconds(30)),
                new Fault.Overloaded(Duration.ofSeconds(1)),
                new Fault.Internal());
    }

    /// Checks that a table has a row for each refusal and each fault that there is.
    public static void checkWhole(List<Refusal> refusals, List<Fault> faults) {
        assertThat(classes(refusals))
                .containsExactlyInAnyOrder(records(Refusal.class).toArray(Class<?>[]::new));
        assertThat(classes(faults))
                .containsExactlyInAnyOrder(records(Fault.class).toArray(Class<?>[]::new));
    }

    private static List<Class<?>> classes(List<?> samples) {
        return samples.stream().<Class<?>>map(Object::getClass).distinct().toList();
    }

    /// The records of a sealed type, its groups looked into.
    private static Stream<Class<?>> records(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(RefusalSamples::records)
                : Stream.of(type);
    }
}
