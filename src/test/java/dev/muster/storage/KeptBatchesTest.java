package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Counters;
import dev.muster.storage.JournalTables.BatchRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Of a realm's batches, the last hundred are kept, and those of the last minute.
final class KeptBatchesTest extends OnBothDatabases {
    private static final Instant START = Instant.parse("2026-11-30T10:00:00Z");

    private void batches(long from, long to, Duration between) {
        LongStream.rangeClosed(from, to)
                .forEach(no -> save(
                        List.of(1L),
                        batch -> batch.batches.add(new BatchRow(
                                1,
                                no,
                                new UUID(0, no),
                                no,
                                no,
                                new byte[32],
                                0,
                                Counters.ZERO,
                                START.plus(between.multipliedBy(no))))));
    }

    private List<Long> kept() {
        return LongStream.rangeClosed(1, 400)
                .filter(no -> lane.txn(1, no) != null)
                .boxed()
                .toList();
    }

    @Test
    void theLastHundredAreKept() {
        batches(1, 300, Duration.ofSeconds(2));
        assertThat(kept()).hasSize(100).startsWith(201L).endsWith(300L);
        batches(301, 310, Duration.ofSeconds(2));
        assertThat(kept()).hasSize(110);
    }

    /// A server that lost the answer to a commit still finds its batch, however many another server has written
    /// since.
    @Test
    void thoseOfTheLastMinuteAreKept() {
        batches(1, 325, Duration.ofMillis(200));
        assertThat(kept()).hasSize(301).startsWith(25L).endsWith(325L);
    }

    /// Without this limit, each deletion in a busy minute would examine all batches of that minute.
    @Test
    void atMostAHundredAreDeletedAtATime() {
        batches(1, 325, Duration.ofMillis(10));
        batches(326, 350, Duration.ofSeconds(2));
        assertThat(kept()).hasSize(250).startsWith(101L);
        batches(351, 400, Duration.ofSeconds(2));
        assertThat(kept()).hasSize(100);
    }
}
