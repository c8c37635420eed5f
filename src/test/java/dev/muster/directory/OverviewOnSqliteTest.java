package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Command;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.storage.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class OverviewOnSqliteTest extends OverviewContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }

    /// Where the clock is the server's own, so that a test can move it.
    @Test
    void eachDayHasWhatHappenedOnIt() {
        LocalDate began = LocalDate.ofInstant(now(), ZoneOffset.UTC);
        UUID first = running.register("a@example.org");
        UUID second = running.register("b@example.org");
        hold(first, HoldKind.SUSPENDED, null);
        // Nothing happens on the next day.
        running.advance(Duration.ofDays(2));
        running.register("c@example.org");
        hold(second, HoldKind.BLOCKED, null);
        hold(second, HoldKind.FRAUD, null);
        Running.ok(running.execute(first, new Command.ReleaseHold(HoldKind.SUSPENDED, "main", null, null)));
        running.advance(Duration.ofDays(1));
        // Placed again is not placed once more.
        hold(second, HoldKind.BLOCKED, now().plus(Duration.ofDays(1)));

        Overview.Numbers numbers = numbers(4);
        assertThat(numbers.days())
                .containsExactly(
                        new Overview.Day(began, 2, 1, 0),
                        new Overview.Day(began.plusDays(1), 0, 0, 0),
                        new Overview.Day(began.plusDays(2), 1, 2, 1),
                        new Overview.Day(began.plusDays(3), 0, 0, 0));
        assertThat(numbers(2).days())
                .containsExactly(
                        new Overview.Day(began.plusDays(2), 1, 2, 1), new Overview.Day(began.plusDays(3), 0, 0, 0));
        assertThat(numbers.counters().status(Status.ACTIVE)).isEqualTo(2);
        assertThat(numbers.counters().status(Status.BLOCKED)).isEqualTo(1);
    }
}
