package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Command;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests the figures of a realm: the counts for each day, and the holds that end soon.
final class OverviewTest extends OnBothRunning {
    private Overview.Numbers numbers(int days) {
        return Running.ok(running.core.overview().numbers(Running.ADMIN, TEST, days))
                .value();
    }

    private void hold(UUID user, HoldKind kind, Instant until) {
        Running.ok(running.execute(user, new Command.PlaceHold(kind, "main", null, null, until)));
    }

    private Instant now() {
        return running.clock.instant();
    }

    @Test
    void anEmptyRealmHasDaysWithoutAnything() {
        Overview.Numbers numbers = numbers(90);
        assertThat(numbers.days()).hasSize(90);
        assertThat(numbers.days()).allMatch(day -> day.registered() == 0 && day.placed() == 0 && day.ended() == 0);
        assertThat(numbers.days().getLast().date()).isEqualTo(LocalDate.ofInstant(now(), ZoneOffset.UTC));
    }

    @Test
    void aHoldThatEndsByItselfHasEnded() throws InterruptedException {
        UUID user = running.register("a@example.org");
        Instant until = now().plus(Duration.ofMillis(500));
        hold(user, HoldKind.SUSPENDED, until);
        eventually(() -> now().isAfter(until.plusMillis(100)));
        running.core.internals().holdExpiry().run();
        assertThat(numbers(2).days().stream().mapToLong(Overview.Day::ended).sum())
                .isOne();
    }

    @Test
    void holdsThatEndSoonAreListedSoonestFirst() {
        UUID late = running.register("late@example.org");
        UUID soon = running.register("soon@example.org");
        UUID far = running.register("far@example.org");
        UUID never = running.register("never@example.org");
        hold(late, HoldKind.SUSPENDED, now().plus(Duration.ofDays(6)));
        hold(soon, HoldKind.BLOCKED, now().plus(Duration.ofDays(1)));
        hold(far, HoldKind.SUSPENDED, now().plus(Duration.ofDays(8)));
        hold(never, HoldKind.SUSPENDED, null);
        Page<User> ending = Running.ok(running.core.overview().ending(Running.ADMIN, TEST, Duration.ofDays(7), 10))
                .value();
        assertThat(ending.items()).extracting(User::id).isEqualTo(List.of(soon, late));
        assertThat(ending.total()).isEqualTo(2);
        Page<User> one = Running.ok(running.core.overview().ending(Running.ADMIN, TEST, Duration.ofDays(7), 1))
                .value();
        assertThat(one.items()).extracting(User::id).isEqualTo(List.of(soon));
        assertThat(one.total()).isEqualTo(2);
    }
}
