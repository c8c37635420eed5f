package dev.muster.directory.keys;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// The clock for reads: the machine's clock, but never earlier than the time of this server's last commit, so that the
/// server sees its own writes even if the database's clock is ahead.
public final class ReadClock {
    private final InstantSource clock;
    private final AtomicLong committedMillis = new AtomicLong();

    public ReadClock(InstantSource clock) {
        this.clock = clock;
    }

    public Instant instant() {
        return Instant.ofEpochMilli(Math.max(clock.millis(), committedMillis.get()));
    }

    public void committed(Instant at) {
        committedMillis.accumulateAndGet(at.toEpochMilli(), Math::max);
    }
}
