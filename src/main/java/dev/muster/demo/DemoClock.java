package dev.muster.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The clock of a demonstration server. It starts 90 days ago and is advanced while [Demo] fills the register, so that
/// the journal, the daily counts and all pages have a history. After that it shows the real time.
public final class DemoClock implements InstantSource {
    static final int DAYS = 90;

    private volatile Duration behind = Duration.ofDays(DAYS);

    @Override
    public Instant instant() {
        return Instant.now().minus(behind);
    }

    /// Advances the clock to `at`. Does nothing if `at` is before the clock's time or after the present.
    void moveTo(Instant at) {
        Instant present = Instant.now();
        if (at.isAfter(instant()) && at.isBefore(present)) {
            behind = Duration.between(at, present);
        }
    }

    void moveToPresent() {
        behind = Duration.ZERO;
    }
}
