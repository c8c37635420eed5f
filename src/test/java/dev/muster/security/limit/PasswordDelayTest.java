package dev.muster.security.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PasswordDelayTest {
    private static final SignInThrottle.Name ADA = new SignInThrottle.Name("acme/test", "ada");

    private final AtomicLong nanos = new AtomicLong();
    private final PasswordDelay backOff = new PasswordDelay(3, nanos::get);

    private List<Long> waits(int failures) {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < failures; i++) {
            waits.add(backOff.wait(ADA).toMillis());
            backOff.failed(ADA);
        }
        return waits;
    }

    @Test
    void eachFailureMakesTheNextWaitTwiceAsLong() {
        assertThat(waits(9)).containsExactly(0L, 0L, 0L, 250L, 500L, 1000L, 2000L, 4000L, 4000L);
    }

    @Test
    void signingInResetsTheDelay() {
        waits(9);
        backOff.succeeded(ADA);
        assertThat(waits(3)).containsExactly(0L, 0L, 0L);
    }

    @Test
    void aQuarterOfAnHourForgets() {
        waits(9);
        nanos.addAndGet(Duration.ofMinutes(15).toNanos());
        assertThat(backOff.wait(ADA)).isPositive();
        nanos.addAndGet(1);
        assertThat(waits(3)).containsExactly(0L, 0L, 0L);
    }

    @Test
    void namesDoNotMixAndTheOldestIsForgotten() {
        waits(9);
        assertThat(backOff.wait(new SignInThrottle.Name("globex/test", "ada"))).isZero();
        for (String other : List.of("b", "c")) {
            backOff.failed(new SignInThrottle.Name("acme/test", other));
        }
        assertThat(backOff.wait(ADA)).isPositive();
        for (String other : List.of("d", "e", "f")) {
            backOff.failed(new SignInThrottle.Name("acme/test", other));
        }
        assertThat(backOff.wait(ADA)).isZero();
    }

    @Test
    void failuresOnOtherServersCountToo() {
        UUID other = new UUID(0, 2);
        UUID third = new UUID(0, 3);
        backOff.failed(ADA);
        backOff.failedElsewhere(ADA.hash(), other, 1);
        assertThat(backOff.wait(ADA)).isZero();
        backOff.failedElsewhere(ADA.hash(), third, 1);
        assertThat(backOff.wait(ADA)).hasMillis(250);
        backOff.failedElsewhere(ADA.hash(), other, 3);
        assertThat(backOff.wait(ADA)).hasMillis(1000);
        backOff.failedElsewhere(ADA.hash(), third, 0);
        assertThat(waits(3)).containsExactly(0L, 0L, 0L);
        assertThat(new SignInThrottle.Name("acme/tes", "tada").hash()).isNotEqualTo(ADA.hash());
    }

    @Test
    void aQuarterOfAnHourForgetsFailuresOnOtherServers() {
        backOff.failedElsewhere(ADA.hash(), new UUID(0, 2), 9);
        assertThat(backOff.wait(ADA)).hasSeconds(4);
        nanos.addAndGet(Duration.ofMinutes(15).toNanos() + 1);
        assertThat(backOff.wait(ADA)).isZero();
    }
}
