package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.Lane;
import dev.muster.directory.lane.PendingWrite;
import dev.muster.directory.lane.WriteQueue;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.storage.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A realm cannot starve another. Waiting time is counted in batches, because the duration of a batch depends on the
/// machine.
@Timeout(120)
class FairTurnsTest {
    private static final long IMPORT = Running.REALM;
    private static final long OTHER = Running.OTHER_REALM;

    @TempDir
    private Path folder;

    private final SecureRandom random = new SecureRandom();
    private final AtomicLong allBytes = new AtomicLong();
    private final WriteQueue backlog = new WriteQueue(allBytes);

    @Test
    void besideAnImportOfSixteenCommandsATurnWhoeverComesIsInTheNextBatch() throws InterruptedException {
        offer(900, IMPORT, 1);
        for (long late = OTHER; late < OTHER + 10; late++) {
            assertThat(backlog.offer(pending(late, 1, 1))).isTrue();
            assertThat(commandsByRealm(take())).isEqualTo(Map.of(IMPORT, 16, late, 1));
        }
    }

    /// A realm gets only 16 commands in a batch if another realm had a request in this batch or the one before. A
    /// caller whose request was answered sends the next one while the following batch runs, so that batch should be
    /// short.
    @Test
    void anImportGetsSixtyFourOnceATurnWentByWithoutOthers() throws InterruptedException {
        offer(900, IMPORT, 1);
        assertThat(commandsByRealm(take())).isEqualTo(Map.of(IMPORT, 64));
        offer(1, OTHER, 1);
        assertThat(commandsByRealm(take())).isEqualTo(Map.of(IMPORT, 16, OTHER, 1));
        assertThat(commandsByRealm(take())).isEqualTo(Map.of(IMPORT, 16));
        assertThat(commandsByRealm(take())).isEqualTo(Map.of(IMPORT, 64));
    }

    /// Tests fairness with a lane and real transactions. The import is ahead in the queue.
    @Test
    void aWriteBesideAnImportIsInTheNextTransaction() throws Exception {
        try (Running running = new Running(Database.sqlite(folder, 0), folder)) {
            CountDownLatch first = new CountDownLatch(1);
            CountDownLatch all = new CountDownLatch(1);
            List<Map<Long, Integer>> batches = new ArrayList<>();
            Lane lane = new Lane(
                    "lane",
                    running.database(),
                    new RealmKeys(running.database(), MasterKeys.load(folder.resolve("master.key"))),
                    () -> {
                        first.countDown();
                        await(all);
                        return Instant.now();
                    },
                    () -> new UUID(random.nextLong(), random.nextLong()),
                    allBytes,
                    (works, requests, _) -> {
                        Map<Long, Integer> byRealm = new TreeMap<>();
                        works.forEach(work -> byRealm.put(work.realm.realm().id(), requests - (works.size() - 1)));
                        batches.add(byRealm);
                    });
            List<PendingWrite> pendingWrites = new ArrayList<>();
            pendingWrites.add(registration(IMPORT, "first"));
            assertThat(lane.queue.offer(pendingWrites.getFirst())).isTrue();
            // The other requests are queued while the first one is executed.
            first.await();
            for (int i = 0; i < 300; i++) {
                pendingWrites.add(registration(IMPORT, "import-" + i));
            }
            pendingWrites.add(registration(OTHER, "late"));
            pendingWrites.stream()
                    .skip(1)
                    .forEach(pending -> assertThat(lane.queue.offer(pending)).isTrue());
            all.countDown();
            for (PendingWrite pending : pendingWrites) {
                assertThat(pending.outcome().get()).isInstanceOf(PendingWrite.WriteOutcome.Decided.class);
            }
            lane.close();
            assertThat(batches.get(0)).containsOnlyKeys(IMPORT);
            assertThat(batches.get(1)).containsOnlyKeys(IMPORT, OTHER).containsEntry(IMPORT, 16);
        }
    }

    @Test
    void veryManyRealmsAllGetTheirTurn() throws InterruptedException {
        for (long realm = 1; realm <= 150; realm++) {
            offer(3, realm, 30);
        }
        assertThat(commandsByRealm(take())).hasSize(64).containsKeys(1L, 64L).containsEntry(1L, 30);
        assertThat(commandsByRealm(take())).hasSize(64).containsKeys(65L, 128L);
        assertThat(commandsByRealm(take())).hasSize(64).containsKeys(129L, 150L, 1L, 42L);
    }

    @Test
    void largeRequestsGetAQuarterOfABatchAndStandBackInOrder() throws InterruptedException {
        for (long realm = 1; realm <= 5; realm++) {
            assertThat(backlog.offer(pending(realm, 400, 1))).isTrue();
        }
        offer(200, 6, 1);
        assertThat(commandsByRealm(take())).isEqualTo(Map.of(1L, 400, 2L, 400, 6L, 16));
        // A new realm is not delayed by realms that were skipped.
        assertThat(backlog.offer(pending(7, 1, 1))).isTrue();
        assertThat(commandsByRealm(take())).isEqualTo(Map.of(3L, 400, 4L, 400, 6L, 16, 7L, 1));
        assertThat(commandsByRealm(take())).isEqualTo(Map.of(5L, 400, 6L, 16));
    }

    @Test
    void aRealmsQueueIsBoundedInCommandsAndBytes() throws InterruptedException {
        offer(10, IMPORT, 100);
        assertThat(backlog.offer(pending(IMPORT, 1, 1))).isFalse();
        assertThat(backlog.offer(pending(OTHER, 1, 4 << 20))).isTrue();
        assertThat(backlog.offer(pending(OTHER, 1, 1))).isFalse();
        assertThat(backlog.depth()).isEqualTo(11);
        take();
        assertThat(backlog.offer(pending(IMPORT, 1, 1))).isTrue();
        assertThat(backlog.offer(pending(OTHER, 1, 1))).isTrue();
    }

    @Test
    void allQueuesTogetherAreBoundedOverEveryLane() throws InterruptedException {
        WriteQueue another = new WriteQueue(allBytes);
        for (long realm = 1; realm <= 8; realm++) {
            assertThat(backlog.offer(pending(realm, 1, 4 << 20))).isTrue();
            assertThat(another.offer(pending(100 + realm, 1, 4 << 20))).isTrue();
        }
        assertThat(backlog.offer(pending(9, 1, 1))).isFalse();
        assertThat(another.offer(pending(109, 1, 1))).isFalse();
        // The bytes of a request are free again once the request is in a batch.
        assertThat(take()).hasSize(8);
        assertThat(another.offer(pending(109, 1, 4 << 20))).isTrue();
    }

    private List<PendingWrite> take() throws InterruptedException {
        return backlog.take(Duration.ZERO);
    }

    private void offer(int count, long realm, int commands) {
        for (int i = 0; i < count; i++) {
            assertThat(backlog.offer(pending(realm, commands, 1))).isTrue();
        }
    }

    private static Map<Long, Integer> commandsByRealm(List<PendingWrite> pendingWrites) {
        Map<Long, Integer> counts = new TreeMap<>();
        pendingWrites.forEach(pending -> counts.merge(pending.request.realm(), pending.commands(), Integer::sum));
        return counts;
    }

    private PendingWrite pending(long realm, int commands, int bytes) {
        List<Command> all = new ArrayList<>();
        for (int i = 0; i < commands; i++) {
            all.add(new Command.EndHolds());
        }
        return pending(realm, new Write(Actor.SYSTEM, null, all, null), bytes);
    }

    private PendingWrite registration(long realm, String name) {
        return pending(
                realm, new Write(Running.ADMIN, null, List.of(Running.registration(name + "@example.com")), null), 100);
    }

    private PendingWrite pending(long realm, Write write, int bytes) {
        return new PendingWrite(
                new WriteRequest(realm, write, Running.origin(), null, false, bytes),
                ReplayableRandom.draw(random),
                null);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
