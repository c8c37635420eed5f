package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tests how realms share the threads.
@Timeout(60)
final class RealmTurnsTest {
    @Test
    void aRealmOccupiesOneThread() throws Exception {
        LinkedBlockingQueue<String> done = new LinkedBlockingQueue<>();
        CountDownLatch slow = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            RealmTurns turns = new RealmTurns(threads, (_, work) -> work.run());
            for (int i = 0; i < 3; i++) {
                String name = "first " + i;
                turns.execute(1, () -> {
                    try {
                        slow.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    done.add(name);
                });
            }
            turns.execute(2, () -> done.add("second"));
            assertThat(done.poll(30, TimeUnit.SECONDS)).isEqualTo("second");
            slow.countDown();
            List<String> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                others.add(done.poll(30, TimeUnit.SECONDS));
            }
            assertThat(others).containsExactly("first 0", "first 1", "first 2");
        }
    }

    @Test
    void aFailureDoesNotEndTheTurns() {
        List<String> done = new ArrayList<>();
        List<Runnable> started = new ArrayList<>();
        RealmTurns turns = new RealmTurns(started::add, (_, work) -> work.run());
        turns.execute(1, () -> {
            throw new IllegalStateException("for the test");
        });
        turns.execute(1, () -> done.add("next"));
        try {
            started.removeFirst().run();
        } catch (IllegalStateException e) {
            done.add("failed");
        }
        started.removeFirst().run();
        turns.execute(1, () -> done.add("later"));
        started.removeFirst().run();
        assertThat(done).containsExactly("failed", "next", "later");
        assertThat(started).isEmpty();
    }
}
