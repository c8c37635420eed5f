package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.directory.transfer.AbortedMove;
import dev.muster.directory.transfer.MoveStep;
import dev.muster.directory.transfer.Moved;
import dev.muster.directory.transfer.TenantMove;
import dev.muster.directory.transfer.TransferException;
import dev.muster.model.Change;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.job.Evidence;
import dev.muster.model.tenant.RealmState;
import dev.muster.model.user.UserRef;
import dev.muster.storage.Database;
import dev.muster.storage.DatabaseExamination;
import dev.muster.storage.LaneStore;
import dev.muster.storage.engine.DatabaseFinding;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.transfer.TenantGate;
import dev.muster.storage.transfer.TenantId;
import dev.muster.storage.transfer.TenantTable;
import dev.muster.testing.UsesPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A tenant that is moved to another database, with writes going on, is the same there, and is valid in at most one
/// database at each instant.
@UsesPostgres
@ParameterizedClass
@EnumSource(DatabaseKind.class)
@Timeout(300)
final class TenantMoveTest {
    private static final TenantMove.Watch NOTHING = (_, _) -> {};
    private static final TenantId TENANT = new TenantId(MovedHome.PARTNER, Running.REALM, Running.OTHER_REALM);

    /// The kind of database that the tenant leaves.
    @Parameter
    private DatabaseKind kind;

    @TempDir
    private Path folder;

    /// Ends a move as if its process had been killed: no failure is handled.
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private MovedHome home(DatabaseKind its) throws IOException {
        return MovedHome.create(its, folder);
    }

    private DatabaseKind otherKind() {
        return kind == DatabaseKind.SQLITE ? DatabaseKind.POSTGRES : DatabaseKind.SQLITE;
    }

    private static Moved move(MovedHome from, MovedHome to, TenantMove.Watch watch) throws IOException {
        return new TenantMove(from.masterKeys(), to.masterKeys(), new SecureRandom(), watch)
                .move(MovedHome.PARTNER, new TenantMove.Route(from::gate, from::source, to::target));
    }

    private static void forget(MovedHome at) {
        try (TenantGate gate = at.gate()) {
            TenantMove.forget(MovedHome.PARTNER, gate);
        }
    }

    /// Whether a server of the database would answer for the tenant.
    private static boolean isValidIn(MovedHome home) {
        RealmState state = home.state();
        return state != null && state.isReadable();
    }

    @Test
    void aTenantThatHasMovedIsTheSameInEveryRow() throws Exception {
        for (int seed = 1; seed <= (Boolean.getBoolean("muster.long") ? 20 : 2); seed++) {
            MovedHome first = home(kind);
            first.fill(seed);
            Map<TenantTable, List<String>> before = first.rows();
            MovedHome last = first;
            for (DatabaseKind next : List.of(otherKind(), kind, kind)) {
                MovedHome to = home(next);
                Moved moved = move(last, to, NOTHING);
                assertThat(moved.rows())
                        .isEqualTo(
                                before.values().stream().mapToLong(List::size).sum());
                assertThat(moved.refused()).isNotNull();
                assertThat(to.rows()).as("seed %d", seed).isEqualTo(before);
                assertThat(last.state()).isEqualTo(RealmState.MOVED);
                assertThat(to.state()).isEqualTo(RealmState.OPEN);
                to.assertConsistent();
                last = to;
            }
            // Back to where it began, once the old copy there is gone.
            MovedHome lastHome = last;
            assertThatThrownBy(() -> move(lastHome, first, NOTHING))
                    .isInstanceOf(TransferException.class)
                    .hasMessageContaining("forget it there first");
            assertThat(last.state()).isEqualTo(RealmState.OPEN);
            forget(first);
            assertThat(first.rows()).isEmpty();
            move(last, first, NOTHING);
            assertThat(first.rows()).isEqualTo(before);
            first.assertConsistent();
        }
    }

    /// Two databases cannot be changed at the same instant, so there is a moment at which the tenant is valid in
    /// neither; but it is never valid in both.
    @Test
    void aMoveThatIsStoppedAtAnyStepIsFinishedOrBegunAnew() throws Exception {
        for (MoveStep step : MoveStep.values()) {
            MovedHome first = home(kind);
            first.fill(1);
            Map<TenantTable, List<String>> before = first.rows();
            MovedHome second = home(otherKind());
            second.database().open().close();
            assertThatThrownBy(() -> move(first, second, (reached, _) -> {
                        if (reached == step) {
                            throw new Killed();
                        }
                    }))
                    .isInstanceOf(Killed.class);
            assertThat(isValidIn(first) && isValidIn(second)).as("%s", step).isFalse();
            assertThat(isValidIn(first)).as("%s", step).isEqualTo(step.compareTo(MoveStep.LEFT) < 0);
            assertThat(isValidIn(second)).as("%s", step).isEqualTo(step == MoveStep.OPENED);
            List<MoveStep> steps = new ArrayList<>();
            move(first, second, (reached, _) -> steps.add(reached));
            assertThat(steps.contains(MoveStep.COPIED)).as("%s", step).isEqualTo(step.compareTo(MoveStep.ARRIVED) < 0);
            assertThat(first.state()).isEqualTo(RealmState.MOVED);
            assertThat(second.state()).isEqualTo(RealmState.OPEN);
            assertThat(second.rows()).as("%s", step).isEqualTo(before);
            assertThat(move(first, second, NOTHING).rows()).isZero();
        }
    }

    /// Kills a move when it has reached a step.
    private static void kill(MovedHome from, MovedHome to, MoveStep step) {
        assertThatThrownBy(() -> move(from, to, (reached, _) -> {
                    if (reached == step) {
                        throw new Killed();
                    }
                }))
                .isInstanceOf(Killed.class);
    }

    private static AbortedMove abort(MovedHome at, MovedHome... others) {
        try (TenantGate gate = at.gate()) {
            return AbortedMove.abort(
                    MovedHome.PARTNER,
                    gate,
                    Stream.of(others)
                            .map(other -> new AbortedMove.Other("other", other::gate))
                            .toList());
        }
    }

    /// What `muster doctor` finds about the database.
    private static List<String> findings(MovedHome home) {
        List<DatabaseFinding> findings = switch (home.database().kind()) {
            case SQLITE -> DatabaseExamination.sqlite(home.folder());
            case POSTGRES -> DatabaseExamination.postgres(home.database().url(), null, InstantSource.system());
        };
        return findings.stream().map(DatabaseFinding::text).toList();
    }

    /// Waits until PostgreSQL has noticed that the connection of the last move is gone.
    private static List<String> findingsAfterKill(MovedHome home) throws InterruptedException {
        List<String> findings = findings(home);
        while (findings.stream().anyMatch(finding -> finding.contains("being moved at this moment"))) {
            Thread.sleep(20);
            findings = findings(home);
        }
        return findings;
    }

    private static void register(MovedHome home, String name) throws IOException {
        try (Running running = new Running(home.database().open(), home.folder())) {
            running.register(name + "@example.com");
        }
    }

    private static int users(MovedHome home) throws IOException {
        return home.rows().get(TenantTable.USERS).size();
    }

    /// Writes that are confirmed after the abort are in the original, and the next move copies them.
    @Test
    void aMoveThatIsStoppedAtAnyStepIsAborted() throws Exception {
        for (MoveStep step : MoveStep.values()) {
            MovedHome first = home(kind);
            register(first, "before");
            MovedHome second = home(otherKind());
            second.database().open().close();
            kill(first, second, step);
            assertThat(findingsAfterKill(first).stream()
                            .anyMatch(finding -> finding.startsWith(
                                    "writes of " + MovedHome.PARTNER + " are refused, because a move was interrupted")))
                    .as("%s", step)
                    .isEqualTo(first.state() == RealmState.FROZEN);
            if (step.compareTo(MoveStep.LEFT) >= 0) {
                RealmState there = second.state();
                assertThatThrownBy(() -> abort(first, second))
                        .isInstanceOf(TransferException.class)
                        .hasMessageContaining("has left this database already");
                assertThat(first.state()).isEqualTo(RealmState.MOVED);
                assertThat(second.state()).isEqualTo(there);
                move(first, second, NOTHING);
                assertThat(users(second)).isEqualTo(1);
                continue;
            }
            AbortedMove aborted = abort(first, second);
            assertThat(aborted.wasFrozen()).as("%s", step).isEqualTo(step.compareTo(MoveStep.FROZEN) >= 0);
            assertThat(aborted.copies()).as("%s", step).isEqualTo(step == MoveStep.ARRIVED ? 1 : 0);
            assertThat(aborted.unreachable()).isEmpty();
            assertThat(first.state()).as("%s", step).isEqualTo(RealmState.OPEN);
            assertThat(second.rows()).as("%s", step).isEmpty();
            assertThat(abort(first, second)).isEqualTo(new AbortedMove(false, 0, List.of()));
            register(first, "after");
            Map<TenantTable, List<String>> before = first.rows();
            assertThat(before.get(TenantTable.USERS)).hasSize(2);
            move(first, second, NOTHING);
            assertThat(second.rows()).as("%s", step).isEqualTo(before);
            second.assertConsistent();
        }
    }

    /// The other database did not answer when the move was aborted, so it still has a copy, which lacks what was
    /// written since.
    @Test
    void aCopyThatAnAbortedMoveHasLeftNeverBecomesValid() throws Exception {
        for (MoveStep next : List.of(MoveStep.COPIED, MoveStep.FROZEN)) {
            MovedHome first = home(kind);
            register(first, "before");
            MovedHome second = home(otherKind());
            MovedHome third = home(kind);
            kill(first, second, MoveStep.ARRIVED);
            assertThat(abort(first)).isEqualTo(new AbortedMove(true, 0, List.of()));
            assertThat(second.state()).isEqualTo(RealmState.ARRIVING);
            register(first, "after");
            kill(first, third, next);
            move(first, second, NOTHING);
            assertThat(users(second)).as("%s", next).isEqualTo(2);
            assertThat(first.state()).isEqualTo(RealmState.MOVED);
            second.assertConsistent();
        }
        MovedHome first = home(kind);
        register(first, "before");
        MovedHome second = home(otherKind());
        MovedHome third = home(kind);
        kill(first, second, MoveStep.ARRIVED);
        abort(first);
        register(first, "after");
        move(first, third, NOTHING);
        assertThatThrownBy(() -> move(first, second, NOTHING)).hasMessageContaining("has moved to another one since");
        assertThat(second.state()).isEqualTo(RealmState.ARRIVING);
        assertThat(users(third)).isEqualTo(2);
    }

    @Test
    void anAbortIsRefusedWhereItWouldDoHarm() throws Exception {
        MovedHome first = home(kind);
        first.fill(4);
        MovedHome second = home(otherKind());
        List<Throwable> refused = new ArrayList<>();
        move(first, second, (reached, _) -> {
            if (reached == MoveStep.COPIED || reached == MoveStep.FROZEN || reached == MoveStep.ARRIVED) {
                assertThat(findings(first).stream().anyMatch(finding -> finding.contains("being moved at this moment")))
                        .isEqualTo(kind == DatabaseKind.POSTGRES && reached != MoveStep.COPIED);
                try {
                    abort(first);
                } catch (TransferException e) {
                    refused.add(e);
                }
            }
        });
        assertThat(refused).hasSize(3).allMatch(e -> e.toString().contains("another process is moving the tenant"));
        assertThat(second.state()).isEqualTo(RealmState.OPEN);
        // A database that cannot be used is named, and does not keep the tenant frozen.
        kill(second, home(kind), MoveStep.FROZEN);
        try (TenantGate gate = second.gate()) {
            AbortedMove aborted =
                    AbortedMove.abort(MovedHome.PARTNER, gate, List.of(new AbortedMove.Other("cell c", () -> {
                        throw new StorageException(StorageException.Kind.UNREACHABLE, "gone");
                    })));
            assertThat(aborted).isEqualTo(new AbortedMove(true, 0, List.of("cell c")));
        }
        assertThat(second.state()).isEqualTo(RealmState.OPEN);
        // A copy is not mistaken for the original.
        MovedHome third = home(kind);
        kill(second, third, MoveStep.ARRIVED);
        assertThatThrownBy(() -> abort(third)).hasMessageContaining("only a copy");
        // A second original, such as a restored backup, is not touched.
        try (TenantGate gate = third.gate()) {
            gate.change(TENANT, RealmState.ARRIVING, RealmState.OPEN);
        }
        assertThatThrownBy(() -> abort(second, third)).hasMessageContaining("is valid in both databases");
        assertThat(second.state()).isEqualTo(RealmState.FROZEN);
    }

    /// A move that fails, unlike one that is killed, lets writes continue at once.
    @Test
    void aMoveThatFailsBeforeTheCopyIsCommittedOpensTheOriginalAgain() throws Exception {
        MovedHome first = home(kind);
        first.fill(2);
        Map<TenantTable, List<String>> before = first.rows();
        MovedHome second = home(otherKind());
        for (MoveStep step : List.of(MoveStep.FOLLOWED, MoveStep.FROZEN, MoveStep.COMPLETE)) {
            assertThatThrownBy(() -> move(first, second, (reached, _) -> {
                        if (reached == step) {
                            throw new IllegalStateException("fails");
                        }
                    }))
                    .hasMessage("fails");
            assertThat(first.state()).as("%s", step).isEqualTo(RealmState.OPEN);
            assertThat(second.state()).as("%s", step).isNull();
        }
        move(first, second, NOTHING);
        assertThat(second.rows()).isEqualTo(before);
    }

    @Test
    void oneMoveAtATime() throws Exception {
        MovedHome first = home(kind);
        first.fill(3);
        MovedHome second = home(otherKind());
        MovedHome third = home(kind);
        List<Throwable> refused = new ArrayList<>();
        move(first, second, (reached, _) -> {
            if (reached == MoveStep.COPIED) {
                try {
                    move(first, third, NOTHING);
                } catch (TransferException | IOException e) {
                    refused.add(e);
                }
            }
        });
        assertThat(refused).singleElement().asString().contains("another process is moving the tenant");
        assertThatThrownBy(() -> move(first, third, NOTHING)).hasMessageContaining("has left this database");
        assertThatThrownBy(() -> forget(second)).hasMessageContaining("was not moved from this database");
    }

    /// Uploads a piece of evidence with a job.
    private static Result<Change> upload(Running running, String jobId, byte[] bytes) throws IOException {
        try (EvidenceFiles.Sink sink = Running.ok(running.core.evidence().take(Running.OTHER_REALM, 0))) {
            Evidence evidence = Running.ok(sink.fill(out -> out.write(bytes)));
            Result<Change> result = running.executeIn(
                    Running.OTHER_REALM, new JobCommand.SubmitJob(JobStagesTest.job(jobId, 5, "ana"), null, evidence));
            sink.settle(result);
            return result;
        }
    }

    private static byte[] evidence(Running running, String jobId) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Running.ok(running.core.evidence().open(Running.ADMIN, Running.OTHER_REALM, jobId))
                .writeTo(out);
        return out.toByteArray();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /// Clients that write without a pause, until they are refused after the move.
    private static final class Writers {
        private final Set<String> answered = new ConcurrentSkipListSet<>();
        private final Set<String> jobs = new ConcurrentSkipListSet<>();
        private final Set<Refusal> refusals = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean ending = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Writers(Running running, int count) {
            for (int i = 0; i < count; i++) {
                int writer = i;
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int n = 0; !ending.get(); n++) {
                        String email = "w" + writer + "-" + n + "@example.com";
                        note(email, answered, running.execute(null, Running.registration(email)));
                    }
                }));
            }
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int n = 0; !ending.get(); n++) {
                        note("job-" + n, jobs, upload(running, "job-" + n, bytes(3_000 + n)));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
        }

        private void note(String name, Set<String> done, Result<Change> result) {
            switch (result) {
                case Result.Ok<Change> _ -> done.add(name);
                case Result.Refused<Change>(var refusal) -> refusals.add(refusal);
            }
        }

        void awaitAnswered(int count) throws InterruptedException {
            while (answered.size() < count) {
                Thread.sleep(5);
            }
        }

        void end() throws InterruptedException {
            ending.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @Test
    void noAnsweredWriteIsLostOrDoubled() throws Exception {
        MovedHome first = home(kind);
        MovedHome second = home(otherKind());
        Writers writers;
        AtomicInteger before = new AtomicInteger();
        try (Running running = new Running(first.database().open(), first.folder())) {
            writers = new Writers(running, 3);
            writers.awaitAnswered(20);
            Moved moved = move(first, second, (step, rows) -> {
                if (step == MoveStep.COPIED || step == MoveStep.COMPARED) {
                    try {
                        writers.awaitAnswered(writers.answered.size() + 20);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
                before.set(writers.answered.size());
            });
            System.out.println("writes were refused for " + moved.refused());
            while (writers.refusals.isEmpty()) {
                Thread.sleep(5);
            }
            writers.end();
            assertThat(writers.refusals).allMatch(Refusal.Busy.class::isInstance);
            assertThat(writers.answered.size()).isLessThan(before.get() + 1);
            assertThatThrownBy(() -> running.core.credentials().realm(Running.OTHER_REALM))
                    .isInstanceOf(StorageException.class);
        }
        second.assertConsistent();
        try (Running running = new Running(second.database().open(), second.folder())) {
            assertThat(running.verify().valid()).isTrue();
            Set<String> found = new TreeSet<>();
            for (long number = 1; number <= writers.answered.size(); number++) {
                found.add(
                        Running.ok(running.core.directory().find(Running.ADMIN, Running.REALM, UserRef.number(number)))
                                .value()
                                .email()
                                .text());
            }
            assertThat(found).isEqualTo(writers.answered);
            for (String job : writers.jobs) {
                int n = Integer.parseInt(job.substring("job-".length()));
                assertThat(evidence(running, job)).isEqualTo(bytes(3_000 + n));
            }
            running.register("one-more@example.com");
            assertThat(running.verify().valid()).isTrue();
        }
    }

    /// The server is stopped in the middle of a transaction, and commits it only after the move has begun to freeze the
    /// tenant: the move waits for it.
    @Test
    void aTransactionThatHasItsLockIsNotOvertaken() throws Exception {
        MovedHome first = home(kind);
        first.fill(4);
        try (Database database = first.database().open();
                LaneStore lane = database.lane();
                TenantGate gate = first.gate()) {
            assertThat(lane.lock(List.of(Running.REALM), true)).containsExactly(Running.REALM);
            assertThat(lane.isMoving(Running.REALM)).isFalse();
            CountDownLatch begun = new CountDownLatch(1);
            AtomicBoolean frozen = new AtomicBoolean();
            Thread mover = Thread.ofPlatform().start(() -> {
                begun.countDown();
                frozen.set(gate.change(TENANT, RealmState.OPEN, RealmState.FROZEN));
            });
            begun.await();
            Thread.sleep(200);
            assertThat(frozen).isFalse();
            lane.rollback();
            mover.join();
            assertThat(frozen).isTrue();
            lane.lock(List.of(Running.REALM), true);
            assertThat(lane.isMoving(Running.REALM)).isTrue();
            lane.rollback();
        }
    }

    private static @Nullable Refusal refusalOf(Result<Change> result) {
        return result instanceof Result.Refused<Change>(var refusal) ? refusal : null;
    }

    /// Each state refuses what it must, to a server that has been running since before, and the chores of the server
    /// find nothing to do in the realm.
    @Test
    void aRealmThatIsNotOpenIsLeftAlone() throws Exception {
        MovedHome home = home(kind);
        try (Running running = new Running(home.database().open(), home.folder())) {
            UUID user = running.register("ada@example.com");
            try (TenantGate gate = home.gate()) {
                RealmState last = RealmState.OPEN;
                for (RealmState next : List.of(RealmState.FROZEN, RealmState.MOVED, RealmState.ARRIVING)) {
                    assertThat(gate.change(TENANT, last, next)).isTrue();
                    last = next;
                    assertThat(refusalOf(running.execute(null, Running.registration("x@example.com"))))
                            .as("%s", next)
                            .isInstanceOf(Refusal.Busy.class);
                    assertThatThrownBy(
                                    () -> running.core.internals().choreStore().endFamily(Running.REALM, user))
                            .as("%s", next)
                            .isInstanceOf(StorageException.class);
                    assertThatThrownBy(
                                    () -> running.core.internals().choreStore().endAll(Running.REALM, user))
                            .as("%s", next)
                            .isInstanceOf(StorageException.class);
                }
                assertThat(gate.change(TENANT, RealmState.OPEN, RealmState.FROZEN))
                        .isFalse();
                assertThat(gate.change(TENANT, last, RealmState.OPEN)).isTrue();
            }
            running.register("grace@example.com");
            assertThat(running.verify().valid()).isTrue();
        }
    }
}
