package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.user.Card;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Standing;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.storage.Database;
import dev.muster.storage.sql.DatabaseKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Tests that need a clock they can move or a file they can tamper with.
final class CoreOnSqliteTest extends OnRunning {
    @Override
    DatabaseKind kind() {
        return DatabaseKind.SQLITE;
    }

    @Test
    void aHoldIsOverAtItsEndAndListsKnowItBeforeHoldExpiryDoes() throws Exception {
        UUID ana = running.register("ana@example.com");
        running.register("bea@example.com");
        Instant end = running.clock.instant().plus(Duration.ofHours(1));
        Running.ok(running.execute(ana, new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, null, null, end)));
        assertThat(listed(Status.SUSPENDED).total()).isEqualTo(1);
        running.core.internals().schedule().close();

        running.advance(Duration.ofHours(2));

        Standing standing =
                Running.ok(running.core.directory().standing(Running.ADMIN, Running.REALM, UserRef.id(ana)));
        assertThat(standing.decision()).isEqualTo(Decision.ALLOW);
        User seen = running.find(ana);
        assertThat(seen.version()).isEqualTo(2);
        assertThat(seen.activeAt()).isEqualTo(end.truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        assertThat(listed(Status.SUSPENDED)).satisfies(page -> {
            assertThat(page.total()).isZero();
            assertThat(page.items()).isEmpty();
        });
        assertThat(listed(Status.ACTIVE)).satisfies(page -> {
            assertThat(page.total()).isEqualTo(2);
            assertThat(page.items()).extracting(User::number).containsExactly(1L, 2L);
        });

        running.core.internals().holdExpiry().run();

        assertThat(running.find(ana)).isEqualTo(seen);
        assertThat(listed(Status.ACTIVE).total()).isEqualTo(2);
        JournalEntry ended = Running.ok(
                        running.core.directory().history(Running.ADMIN, Running.REALM, UserRef.id(ana), 1, null))
                .items()
                .getFirst();
        assertThat(ended.action()).isEqualTo("user.hold.ended");
        assertThat(ended.at()).isEqualTo(seen.activeAt());
        assertThat(ended.actorName()).isEqualTo("system");
    }

    private Page<User> listed(Status status) {
        UserQuery query = Filters.query(10, null, 0, filters -> filters.status = status);
        return Running.ok(running.core.directory().list(Running.ADMIN, Running.REALM, query))
                .value();
    }

    @Test
    void aClockThatRunsBehindClosesTheRealm() {
        running.advance(Duration.ofHours(1));
        running.register("ana@example.com");
        running.advance(Duration.ofMinutes(-59).minusSeconds(30));
        assertThat(running.execute(null, Running.registration("bea@example.com")))
                .isEqualTo(Result.refused(new Refusal.Clock()));
        running.advance(Duration.ofMinutes(59));
        Instant last = running.find(running.register("bea@example.com")).registeredAt();
        assertThat(last).isAfterOrEqualTo(running.clock.instant().minusSeconds(60));
    }

    @Test
    void aRetryIsForgottenAfterADay() {
        Running.ok(running.executeAgain("k1", null, Running.registration("ana@example.com")));
        running.advance(Duration.ofHours(25));
        assertThat(running.executeAgain("k1", null, Running.registration("ana@example.com")))
                .isInstanceOf(Result.Refused.class);
    }

    @Test
    void aKeyForgottenAfterADayMayBeUsedAgain() {
        Running.ok(running.executeAgain("k1", null, Running.registration("ana@example.com")));
        running.core.internals().schedule().close();
        running.advance(Duration.ofHours(25));
        Running.ok(running.executeAgain("k1", null, Running.registration("bea@example.com")));
        assertThat(Running.ok(running.executeAgain("k1", null, Running.registration("bea@example.com")))
                        .replayed())
                .isTrue();
    }

    @Test
    void aBarAnnulledCanBePlacedAgain() {
        UUID ana = running.register("ana@example.com");
        for (int i = 0; i < 2; i++) {
            Running.ok(running.execute(ana, new Command.Bar("fraud", null)));
            assertThat(running.execute(null, Running.registration("ANA@example.com")))
                    .isEqualTo(Result.refused(new Refusal.Barred()));
            Write annul = new Write(Actor.ROOT, UserRef.id(ana), List.of(new Command.AnnulBar("in error")), null);
            Running.ok(running.core
                    .directory()
                    .execute(new WriteRequest(Running.REALM, annul, Running.origin(), null, false, 0)));
            Running.ok(running.execute(ana, new Command.Restore(null, null)));
        }
    }

    /// A second request with the same signature is a replay if it arrives more than two seconds later, to the
    /// millisecond.
    @Test
    void aSignatureIsAReplayAfterTwoSeconds() {
        Command one = new Command.CreateGroup("One", null);
        WriteRequest plain = Running.requestIn(TEST, one, null, null, false);
        WriteRequest.Proof alone = WriteRequest.Proof.of("s1", "test", plain.write(), true);
        WriteRequest.Proof first = new WriteRequest.Proof(alone.signature(), new Digest(new byte[32]), false);
        Running.ok(running.core
                .directory()
                .execute(Running.requestIn(TEST, new Command.NoteSignature(), null, first, false)));
        running.advance(Duration.ofMillis(2_001));
        assertThat(Running.no(running.core.directory().execute(Running.requestIn(TEST, one, null, alone, false))))
                .isEqualTo(new Refusal.Unauthenticated());
        running.advance(Duration.ofSeconds(-1));
        Running.ok(running.core.directory().execute(Running.requestIn(TEST, one, null, alone, true)));
    }

    @Test
    void eachDayHasWhatHappenedOnIt() {
        LocalDate began = LocalDate.ofInstant(running.clock.instant(), ZoneOffset.UTC);
        UUID first = running.register("a@example.org");
        UUID second = running.register("b@example.org");
        hold(first, HoldKind.SUSPENDED, null);
        // Nothing happens on the second day.
        running.advance(Duration.ofDays(2));
        running.register("c@example.org");
        hold(second, HoldKind.BLOCKED, null);
        hold(second, HoldKind.FRAUD, null);
        Running.ok(running.execute(first, new Command.ReleaseHold(HoldKind.SUSPENDED, "main", null, null)));
        running.advance(Duration.ofDays(1));
        // Placing a hold again does not count as another hold.
        hold(second, HoldKind.BLOCKED, running.clock.instant().plus(Duration.ofDays(1)));

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

    private Overview.Numbers numbers(int days) {
        return Running.ok(running.core.overview().numbers(Running.ADMIN, TEST, days))
                .value();
    }

    private void hold(UUID user, HoldKind kind, Instant until) {
        Running.ok(running.execute(user, new Command.PlaceHold(kind, "main", null, null, until)));
    }

    // Tampering by an attacker who can write to the database

    @Test
    void aChangedEntryIsFound() throws Exception {
        assertFirstBad(3, "update journal set entry = cast(zeroblob(200) as blob) where realm = 1001 and seq = 3");
    }

    @Test
    void aDeletedEntryIsFound() throws Exception {
        assertFirstBad(2, "delete from journal where realm = 1001 and seq = 2");
    }

    @Test
    void anInsertedEntryIsFound() throws Exception {
        assertFirstBad(
                7,
                "insert into journal select realm, 7, entry, hash, at, actor_kind, actor, action, subject_type, subject"
                        + " from journal where realm = 1001 and seq = 6");
    }

    @Test
    void anEntryInAnothersPlaceIsFound() throws Exception {
        assertFirstBad(
                2,
                "update journal set entry = (select entry from journal where realm = 1001 and seq = 3),"
                        + " hash = (select hash from journal where realm = 1001 and seq = 3)"
                        + " where realm = 1001 and seq = 2");
    }

    @Test
    void aChangedHashIsFound() throws Exception {
        assertFirstBad(4, "update journal set hash = zeroblob(32) where realm = 1001 and seq = 4");
    }

    @Test
    void aChangedCopyIsFound() throws Exception {
        assertFirstBad(2, "update journal set action = 'user.updated' where realm = 1001 and seq = 2");
    }

    @Test
    void aJournalCutShortIsFound() throws Exception {
        assertFirstBad(4, "delete from journal where realm = 1001 and seq > 3");
    }

    @Test
    void aJournalCutShortWithItsHeadIsBetrayedByACheckpoint() throws Exception {
        fill();
        running.core.internals().signer().sign();
        database.execute("delete from journal where realm = 1001 and seq > 3");
        database.execute(
                "update batch set last_seq = 3, head = (select hash from journal where realm = 1001 and seq = 3)"
                        + " where realm = 1001 and no = (select max(no) from batch where realm = 1001)");
        ChainVerification verification = running.verify();
        assertThat(verification.valid()).isFalse();
        assertThat(verification.firstBad()).isEqualTo(4);
    }

    private void fill() {
        for (int i = 0; i < 5; i++) {
            running.register("user" + i + "@example.com");
        }
        assertThat(running.verify().valid()).isTrue();
    }

    private void assertFirstBad(long seq, String statement) throws SQLException {
        fill();
        database.execute(statement);
        ChainVerification verification = running.verify();
        assertThat(verification.valid()).isFalse();
        assertThat(verification.firstBad()).isEqualTo(seq);
        assertThat(verification.reason()).isNotBlank();
    }

    // Erasure

    @Test
    void nothingOfAnErasedPersonIsLeftInTheFiles() throws Exception {
        UUID ana = running.register("anastasia.erased@example.com");
        running.execute(ana, new Command.ReplaceCards(List.of(new Card("998877665544", "blue card")), false));
        running.execute(ana, new Command.ReplaceWorkstations(List.of("desk-of-anastasia")));
        running.execute(ana, new Command.PlaceHold(HoldKind.BLOCKED, Hold.MAIN, "secret-reason", "secret note", null));
        Running.ok(running.executeAgain("k1", ana, new Command.ConfirmEmail()));
        leaveTracesInJobsAndGroups(ana);
        for (int i = 0; i < 50; i++) {
            running.register("other" + i + "@example.com");
        }
        Running.ok(running.execute(ana, new Command.Erase(null, null)));
        running.close();
        for (String text : List.of(
                "anastasia.erased",
                "998877665544",
                "blue card",
                "desk-of-anastasia",
                "secret-reason",
                "secret note",
                "external-anastasia",
                "extras-of-anastasia",
                "callback-of-anastasia",
                "verdict-on-anastasia",
                "review-of-anastasia",
                "photo-of-anastasia",
                "Anastasia's club",
                "Anastasia's policy")) {
            assertThat(filesThatHold(text)).as(text).isEmpty();
        }
        assertThat(filesThatHold("Club of nobody")).isNotEmpty();
        assertThat(filesThatHold("other17@example.com")).isNotEmpty();
    }

    private void leaveTracesInJobsAndGroups(UUID ana) throws IOException {
        Identifier external = new Validator().identifier(Identifier.Kind.EXTERNAL_ID, "external-anastasia");
        Running.ok(running.execute(ana, Command.Update.of(edits -> edits.externalId = new Edit<>(external))));
        // The former names of a group and a policy, which remain only in the user's own history.
        UUID club =
                ok(new Command.CreateGroup("Anastasia's club", null)).group().id();
        UUID policy = ok(new Command.CreatePolicy("Anastasia's policy", null, List.of()))
                .policy()
                .id();
        ok(new Command.AddMember(club, UserRef.id(ana)));
        ok(new Command.AssignUser(policy, UserRef.id(ana)));
        ok(new Command.UpdateGroup(club, new Edit<>("Club of nobody"), null));
        ok(new Command.UpdatePolicy(policy, new Edit<>("Policy of nobody"), null, null));
        Running.ok(running.execute(ana, new Command.ReleaseHold(HoldKind.BLOCKED, Hold.MAIN, null, null)));
        Running.ok(running.execute(ana, new Command.EnsureHold(HoldKind.FRAUD)));
        JobRequest job = new JobRequest(
                "job-1",
                new JobType(5),
                new JobRequest.ForUser(UserRef.externalIdOrId("external-anastasia"), "external-anastasia", external),
                "{\"a\":\"extras-of-anastasia\"}",
                "https://callback-of-anastasia.example.com",
                false,
                false,
                Outcome.PROVISIONAL);
        ok(new JobCommand.ReserveJob(job, new Digest(new byte[32])));
        try (EvidenceFiles.Sink sink = Running.ok(running.core.evidence().take(Running.REALM, 0))) {
            Evidence evidence = Running.ok(sink.fill(
                    out -> out.write("photo-of-anastasia".repeat(50_000).getBytes(StandardCharsets.UTF_8))));
            sink.settle(running.executeIn(
                    Running.REALM, new JobCommand.SubmitJob(job, new Digest(new byte[32]), evidence)));
        }
        ok(new JobCommand.GiveVerdict("job-1", new Verdict(Outcome.FAILED, null, "verdict-on-anastasia")));
        ok(new JobCommand.ReviewJob("job-1", "review-of-anastasia", null));
    }

    private Change ok(Command command) {
        return Running.ok(running.executeIn(Running.REALM, command));
    }

    private List<Path> filesThatHold(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, text))
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aBackupTakenUnderLoadOpensAndVerifies() throws Exception {
        fill();
        AdminTasks.Backup begun = Running.ok(running.core.maintenance().startBackup(Actor.ROOT));
        for (int i = 0; i < 100; i++) {
            running.register("later" + i + "@example.com");
        }
        AdminTasks.Backup backup = begun;
        while (backup.state() == AdminTasks.Backup.State.RUNNING) {
            Thread.sleep(10);
            backup = Running.ok(running.core.maintenance().backup(Actor.ROOT, begun.id()));
        }
        assertThat(backup.state()).isEqualTo(AdminTasks.Backup.State.DONE);
        Path restored = Files.createDirectory(folder.resolve("restored"));
        Files.copy(backup.file(), restored.resolve("muster.db"));
        Files.copy(folder.resolve("master.key"), restored.resolve("master.key"));
        Files.setPosixFilePermissions(
                restored.resolve("master.key"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        try (Running again = new Running(Database.sqlite(restored, 0), restored)) {
            assertThat(again.verify().valid()).isTrue();
            assertThat(again.verify().entries()).isGreaterThanOrEqualTo(6);
        }
    }

    @Test
    void everyChoreRunsAlsoBesideOneThatFails() throws InterruptedException {
        running.core.internals().schedule().add("failing", Duration.ZERO, () -> {
            throw new IllegalStateException("always");
        });
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .contains("cleanup", "hold expiry", "key uses", "checkpoints", "search index", "reconciliation");
        UUID ana = running.register("ana@example.com");
        Instant end = running.clock.instant().plus(Duration.ofHours(1));
        Running.ok(running.execute(ana, new Command.PlaceHold(HoldKind.SUSPENDED, Hold.MAIN, null, null, end)));

        running.advance(Duration.ofHours(2));

        Supplier<String> last = () -> Running.ok(
                        running.core.directory().history(Running.ADMIN, Running.REALM, UserRef.id(ana), 1, null))
                .items()
                .getFirst()
                .action();
        for (int i = 0; i < 300 && !last.get().equals("user.hold.ended"); i++) {
            Thread.sleep(100);
        }
        assertThat(last.get()).isEqualTo("user.hold.ended");
    }
}
