package dev.muster.bench;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Measures the cost of computing a standing, for a user without holds and for one with three holds, one of which has
/// expired.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StandingBenchmark {
    private static final ActorRef KEY = new ActorRef(ActorRef.Kind.API_KEY, new UUID(1, 2));

    private final UUID user = new UUID(3, 4);
    private final Instant now = Instant.now();
    private final Holds held = Holds.NONE
            .with(hold(HoldKind.SUSPENDED, Duration.ofDays(-1)))
            .with(hold(HoldKind.BLOCKED, Duration.ofDays(7)))
            .with(hold(HoldKind.FRAUD, Duration.ofDays(30)));

    private Hold hold(HoldKind kind, Duration until) {
        Instant placed = now.minus(Duration.ofDays(2));
        return new Hold(kind, Hold.MAIN, "chargeback", null, KEY, placed, now.plus(until));
    }

    @Benchmark
    public Standing withoutHolds() {
        return Standing.of(user, Holds.NONE, 1, now);
    }

    @Benchmark
    public Standing withThreeHolds() {
        return Standing.of(user, held, 7, now);
    }
}
