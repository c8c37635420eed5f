package dev.muster.directory.chores;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
    private static final Duration NEVER = Duration.ofDays(1);

    @AutoClose
    private final Schedule schedule = new Schedule();

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aChoreComesBackWhenItSaysSo() throws Exception {
        CountDownLatch slices = new CountDownLatch(3);

        schedule.add("sliced", Duration.ZERO, () -> {
            slices.countDown();
            return slices.getCount() > 0 ? Duration.ZERO : NEVER;
        });

        await(slices);
    }

    @Test
    void aFailedChoreIsRetriedAndStopsNoOther() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        CountDownLatch recovered = new CountDownLatch(1);
        schedule.add("failing", Duration.ZERO, () -> {
            switch (failures.incrementAndGet()) {
                case 1 -> throw new IOException("the first time");
                case 2 -> throw new StackOverflowError("the second time");
                default -> recovered.countDown();
            }
            return NEVER;
        });
        Semaphore others = new Semaphore(0);

        schedule.add("other", Duration.ZERO, () -> {
            others.release();
            return Duration.ofMillis(1);
        });

        await(recovered);
        assertThat(others.tryAcquire(10, 30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWokenChoreDoesNotWait() throws Exception {
        Semaphore runs = new Semaphore(0);
        Runnable wake = schedule.add("sleeping", NEVER, () -> {
            runs.release();
            return NEVER;
        });

        wake.run();
        assertThat(runs.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        wake.run();
        assertThat(runs.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closingInterruptsWhatRunsAndNothingRunsAfterwards() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        Runnable wake = schedule.add("long", Duration.ZERO, () -> {
            runs.incrementAndGet();
            started.countDown();
            try {
                Thread.sleep(NEVER);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return NEVER;
        });
        await(started);

        schedule.close();

        await(interrupted);
        wake.run();
        assertThat(runs).hasValue(1);
    }
}
