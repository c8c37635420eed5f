package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.directory.keys.FanOut;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FanOutTest {
    private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

    @Test
    void resultsAreInOrderAndNoMoreThanAllowedAreUnderWay() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();

        List<Integer> doubled = FanOut.map(HUNDRED, 7, each -> {
            highest.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            LockSupport.parkNanos(1_000);
            underWay.decrementAndGet();
            return 2 * each;
        });

        assertThat(doubled).isEqualTo(HUNDRED.stream().map(each -> 2 * each).toList());
        assertThat(highest.get()).isBetween(1, 7);
    }

    @Test
    void theyAreUnderWayTogether() {
        CountDownLatch all = new CountDownLatch(7);

        FanOut.map(HUNDRED.subList(0, 7), 7, _ -> {
            all.countDown();
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return true;
        });

        assertThat(all.getCount()).isZero();
    }

    @Test
    void oneThatFailsKeepsNoOtherFromBeingDone() {
        AtomicInteger done = new AtomicInteger();

        assertThatThrownBy(() -> FanOut.map(HUNDRED, 3, each -> {
                    if (each == 5) {
                        throw new IllegalArgumentException("five");
                    }
                    return done.incrementAndGet();
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("five");

        assertThat(done).hasValue(99);
    }

    @Test
    void anInterruptedCallerStartsNoMore() {
        AtomicInteger started = new AtomicInteger();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> FanOut.map(HUNDRED, 3, _ -> started.incrementAndGet()))
                .isInstanceOf(CancellationException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(started).hasValue(0);
    }
}
