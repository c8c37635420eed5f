package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.EvidenceStore.PendingEvidence;
import dev.muster.storage.sql.StorageException.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests the behaviour that all evidence stores have in common.
final class EvidenceStoreTest extends OnBothDatabases {
    private static final int CHUNK = 256 * 1024 + 29;
    private static final Instant AT = Instant.ofEpochMilli(1000);

    private EvidenceStore evidence;

    @BeforeEach
    void openStore() {
        evidence = database.evidence();
    }

    @AfterEach
    void closeStore() {
        evidence.close();
    }

    private void restart() {
        evidence.close();
        close();
        openAgain();
        evidence = database.evidence();
    }

    @Test
    void finishedFilesSurviveARestart() {
        UUID id = testRows.uuid();
        byte[] first = testRows.bytes(CHUNK);
        byte[] last = testRows.bytes(100);
        evidence.begin(1, id, AT, 0, Long.MAX_VALUE);
        evidence.append(1, id, 0, first);
        evidence.append(1, id, 1, last);
        evidence.finish(1, id, 0);
        restart();
        assertThat(evidence.chunk(1, id, 0)).isEqualTo(first);
        assertThat(evidence.chunk(1, id, 1)).isEqualTo(last);
        assertThat(evidence.chunk(1, id, 2)).isNull();
        assertThat(evidence.chunk(2, id, 0)).isNull();
        assertThat(evidence.chunk(1, testRows.uuid(), 0)).isNull();
    }

    @Test
    void filesWithoutAJobArePending() {
        UUID begun = testRows.uuid();
        UUID finished = testRows.uuid();
        UUID named = testRows.uuid();
        evidence.begin(1, begun, AT, 0, Long.MAX_VALUE);
        evidence.begin(2, finished, AT.plusMillis(1), 0, Long.MAX_VALUE);
        evidence.finish(2, finished, 0);
        evidence.begin(1, named, AT.plusMillis(2), 0, Long.MAX_VALUE);
        assertThat(evidence.named(1, named)).isFalse();
        evidence.finish(1, named, 0);
        assertThat(evidence.named(1, named)).isTrue();
        assertThat(evidence.named(1, named)).isTrue();
        assertThat(evidence.named(2, named)).isFalse();
        restart();
        PendingEvidence first = new PendingEvidence(1, begun, AT);
        PendingEvidence second = new PendingEvidence(2, finished, AT.plusMillis(1));
        assertThat(evidence.pending(AT.plusMillis(10), 10)).containsExactly(first, second);
        assertThat(evidence.pending(AT.plusMillis(10), 1)).containsExactly(first);
        assertThat(evidence.pending(AT.plusMillis(1), 10)).containsExactly(first);
        assertThat(evidence.pending(AT, 10)).isEmpty();
    }

    @Test
    void finishedAndUnknownFilesCannotBeAppendedTo() {
        UUID id = testRows.uuid();
        assertFails(Kind.STATEMENT, () -> evidence.append(1, id, 0, new byte[1]));
        evidence.begin(1, id, AT, 0, Long.MAX_VALUE);
        assertFails(Kind.STATEMENT, () -> evidence.append(2, id, 0, new byte[1]));
        evidence.append(1, id, 0, new byte[] {1});
        assertFails(Kind.DUPLICATE, () -> evidence.append(1, id, 0, new byte[] {2}));
        evidence.finish(1, id, 0);
        assertFails(Kind.STATEMENT, () -> evidence.append(1, id, 1, new byte[1]));
        assertFails(Kind.STATEMENT, () -> evidence.finish(1, id, 0));
        assertFails(Kind.DUPLICATE, () -> evidence.begin(1, id, AT, 0, Long.MAX_VALUE));
        assertThat(evidence.chunk(1, id, 0)).containsExactly(1);
        assertThat(evidence.chunk(1, id, 1)).isNull();
    }

    @Test
    void aFinishedFileCannotGrowAndTheRealmUsesNoMore() {
        UUID id = testRows.uuid();
        evidence.begin(1, id, AT, 10, Long.MAX_VALUE);
        assertThat(evidence.grow(1, id, 5, Long.MAX_VALUE)).isTrue();
        evidence.finish(1, id, 12);
        assertThat(evidence.grow(1, id, 5, Long.MAX_VALUE)).isFalse();
        assertThat(evidence.used(1)).isEqualTo(12);
    }

    @Test
    void deletionsAreComplete() {
        UUID id = testRows.uuid();
        UUID other = testRows.uuid();
        for (UUID each : List.of(id, other)) {
            evidence.begin(1, each, AT, 0, Long.MAX_VALUE);
            for (int number = 0; number < 70; number++) {
                evidence.append(1, each, number, new byte[] {(byte) number});
            }
        }
        evidence.delete(1, id);
        evidence.delete(1, id);
        evidence.delete(2, other);
        for (int number = 0; number < 70; number++) {
            assertThat(evidence.chunk(1, id, number)).isNull();
            assertThat(evidence.chunk(1, other, number)).containsExactly(number);
        }
        assertThat(evidence.pending(AT.plusSeconds(1), 10)).containsExactly(new PendingEvidence(1, other, AT));
        assertFails(Kind.STATEMENT, () -> evidence.append(1, id, 70, new byte[1]));
    }

    @Test
    void nobodyWaitsForALane() {
        UUID id = testRows.uuid();
        assertThat(lane.lock(List.of(1L), true)).containsExactly(1L);
        Batch batch = new Batch();
        batch.newUsers.add(testRows.plain(1, 1, "ada@example.com"));
        lane.save(batch);
        evidence.begin(1, id, AT, 0, Long.MAX_VALUE);
        evidence.append(1, id, 0, testRows.bytes(CHUNK));
        evidence.finish(1, id, 0);
        assertThat(evidence.chunk(1, id, 0)).hasSize(CHUNK);
        lane.commit();
    }

    @Test
    void fourUploadsAndTheirReadersRunConcurrently() throws Exception {
        int chunks = 12;
        List<Callable<UUID>> uploads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            UUID id = testRows.uuid();
            uploads.add(() -> {
                evidence.begin(1, id, AT, 0, Long.MAX_VALUE);
                for (int number = 0; number < chunks; number++) {
                    evidence.append(1, id, number, chunk(id, number));
                    assertThat(evidence.chunk(1, id, number)).isEqualTo(chunk(id, number));
                }
                evidence.finish(1, id, 0);
                return id;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<UUID> upload : threads.invokeAll(uploads)) {
                UUID id = upload.get();
                for (int number = 0; number < chunks; number++) {
                    assertThat(evidence.chunk(1, id, number)).isEqualTo(chunk(id, number));
                }
            }
        }
    }

    private static byte[] chunk(UUID id, int number) {
        byte[] bytes = new byte[CHUNK];
        new Random(id.getLeastSignificantBits() + number).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aClosedStoreSaysSo() {
        evidence.close();
        evidence.close();
        assertFails(Kind.UNREACHABLE, () -> evidence.begin(1, testRows.uuid(), AT, 0, Long.MAX_VALUE));
        assertFails(Kind.UNREACHABLE, () -> evidence.chunk(1, testRows.uuid(), 0));
    }
}
