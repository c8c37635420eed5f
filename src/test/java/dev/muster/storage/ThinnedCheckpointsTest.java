package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.JournalTables.CheckpointRow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Old checkpoints are thinned: one an hour is kept of those that are older than a day, one a day of those that are
/// older than a month.
final class ThinnedCheckpointsTest extends OnBothDatabases {
    private static final Instant NOW = Instant.parse("2026-11-30T10:30:00Z");
    private static final Duration INTERVAL = Duration.ofMinutes(20);
    private static final int DAYS = 35;

    private List<Instant> left(long realm) {
        return database.<List<CheckpointRow>>read(reads -> reads.journal().checkpoints(realm, null, 10_000)).stream()
                .map(CheckpointRow::at)
                .toList();
    }

    @Test
    void allOfADayOneAnHourOfAMonthOneADayBefore() {
        List<CheckpointRow> rows = new ArrayList<>();
        Instant first = NOW.minus(Duration.ofDays(DAYS));
        for (int i = 0; !first.plus(INTERVAL.multipliedBy(i)).isAfter(NOW); i++) {
            Instant at = first.plus(INTERVAL.multipliedBy(i));
            rows.add(new CheckpointRow(1, i + 1, testRows.bytes(32), at, "line " + i));
            rows.add(new CheckpointRow(2, i + 1, testRows.bytes(32), at, "line " + i));
        }
        Instant day = NOW.minus(Duration.ofDays(1));
        Instant month = NOW.minus(Duration.ofDays(30));
        try (ChoreStore store = database.choreStore()) {
            CheckpointStore checkpoints = store.checkpoints();
            checkpoints.insert(rows);
            int deleted = checkpoints.thin(1, day, month);
            List<Instant> left = left(1);
            assertThat(left).hasSize(rows.size() / 2 - deleted);
            assertThat(left.stream().filter(at -> !at.isBefore(day))).hasSize(24 * 3 + 1);
            // The last of each hour is left: 10:30, then 11:50, 12:50 and so on.
            assertThat(left.stream().filter(at -> at.isBefore(day) && !at.isBefore(month)))
                    .hasSize(29 * 24)
                    .allMatch(at -> at.atOffset(ZoneOffset.UTC).getMinute() == 50);
            assertThat(left.stream().filter(at -> at.isBefore(month))).hasSize(DAYS - 30);
            assertThat(checkpoints.thin(1, day, month)).isZero();
            assertThat(left(2)).hasSize(rows.size() / 2);
            // Only a checkpoint that another one of the same hour follows is deleted.
            assertThat(checkpoints.thin(2, NOW.plusSeconds(1), Instant.EPOCH)).isPositive();
            assertThat(left(2)).contains(NOW);
        }
    }
}
