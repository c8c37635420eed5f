package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.directory.chores.Difference;
import dev.muster.directory.chores.Reconciliation;
import dev.muster.directory.chores.WeeklyReconciliation;
import dev.muster.directory.journal.CheckpointFolder;
import dev.muster.directory.journal.VerificationLimit;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.user.HoldKind;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.Unmarked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Tests key rows without a MAC. Rows of the previous version get one when a server of this version first starts; rows
/// that lose it later do not. Also tests that reconciliation runs once a week, and how many run at the same time.
final class UnsealedRowsTest extends OnBothRunning {
    private static final UUID INSERTED = new UUID(9, 9);

    private final Logger directory = (Logger) LoggerFactory.getLogger("dev.muster.directory");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        directory.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        directory.detachAppender(logged);
    }

    private void sql(String statement, Object... values) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, values[i]);
            }
            assertThat(prepared.executeUpdate()).as(statement).isPositive();
        }
    }

    /// Turns the database into one of the previous version, and inserts a key that is not in the journal.
    private void makeOld() throws SQLException {
        MasterKeys keys = MasterKeys.load(folder.resolve("master.key"));
        sql("update api_key set mac = null");
        for (long realm : new long[] {0, Running.REALM, Running.OTHER_REALM}) {
            byte[] wrapped = running.database()
                    .read(reads -> reads.realms().realm(realm))
                    .wrappedKey();
            RealmKey key = keys.unwrap(realm, wrapped);
            sql("update realm set wrapped_key = ? where id = ?", Unmarked.wrap(keys, key, new SecureRandom()), realm);
        }
        sql("insert into api_key (realm, id, name, role, scopes, rank, signs, text_hash, sealed_secret, created_at)"
                + " select realm, " + database.literal(INSERTED)
                + ", name, role, scopes, rank, signs, text_hash, sealed_secret,"
                + " created_at from api_key where realm = " + Running.REALM);
    }

    private Result<?> writeBy(UUID key) {
        Actor actor = new Actor(new ActorRef(ActorRef.Kind.API_KEY, key), "", Role.ADMIN.scopes(), Rank.SUPER, 0);
        Write write = new Write(actor, null, List.of(Running.registration(UUID.randomUUID() + "@example.com")), null);
        return running.core
                .directory()
                .execute(new WriteRequest(Running.REALM, write, Running.origin(), null, false, 0));
    }

    @Test
    void rowsOfTheVersionBeforeAreSealedWhenTheJournalBearsThemOut() throws SQLException {
        makeOld();
        // The running server does not know that the database was changed, and accepts none of the keys.
        assertThat(writeBy(Running.KEY)).isEqualTo(Result.refused(new Refusal.Unauthenticated()));

        restart();

        Running.ok(writeBy(Running.KEY));
        assertThat(running.core.credentials().key(Running.REALM, Running.KEY)).isNotNull();
        assertThat(writeBy(INSERTED)).isEqualTo(Result.refused(new Refusal.Unauthenticated()));
        assertThat(running.core.credentials().key(Running.REALM, INSERTED)).isNull();
        assertThat(Running.ok(running.core.reconciliation().reconcile(Running.ADMIN, Running.REALM))
                        .differences())
                .extracting(Difference::subject)
                .containsOnly("key:" + INSERTED);
        assertThat(errors())
                .anyMatch(line -> line.contains("differs from the journal") && line.contains("key:" + INSERTED));
    }

    @Test
    void aLostMacIsNotRestoredAtTheNextStart() throws SQLException {
        Running.ok(writeBy(Running.KEY));
        sql("update api_key set mac = null where realm = " + Running.REALM);
        restart();
        assertThat(writeBy(Running.KEY)).isEqualTo(Result.refused(new Refusal.Unauthenticated()));
        assertThat(running.core.credentials().key(Running.REALM, Running.KEY)).isNull();
        assertThat(running.core.credentials().signing(Running.REALM)).isEmpty();
        assertThat(running.core.credentials().secret(Running.REALM, Running.KEY))
                .isNull();
        assertThat(errors()).anyMatch(line -> line.contains("is ignored"));
        // The realm is not lost, because root can create another key for it.
        UUID fresh = new UUID(5, 5);
        Write write = new Write(Actor.ROOT, null, List.of(Scenario.adminKey(fresh)), null);
        Running.ok(running.core
                .directory()
                .execute(new WriteRequest(Running.REALM, write, Running.origin(), null, false, 0)));
        Running.ok(writeBy(fresh));
    }

    /// A secret that cannot be opened disables only its own key.
    @Test
    void anAlteredSecretLeavesTheOtherKeysSigning() throws SQLException {
        UUID other = new UUID(6, 6);
        Running.ok(running.executeIn(Running.REALM, Scenario.adminKey(other)));
        sql("update api_key set sealed_secret = text_hash where realm = " + Running.REALM + " and id = "
                + database.literal(other));
        assertThat(running.core.credentials().signing(Running.REALM))
                .extracting(signing -> signing.key().id())
                .containsExactly(Running.KEY);
    }

    @Test
    void aTokenInsertedIntoAReservationIsNotAccepted() throws Exception {
        Jobs jobs = running.core.jobs();
        Command reserve = new JobCommand.ReserveJob(
                JobStagesTest.job("j1", 1, "ana"), jobs.uploadToken(Running.OTHER_REALM, "mine"));
        UUID id = Running.ok(running.executeIn(Running.OTHER_REALM, reserve))
                .job()
                .id();
        Running.ok(jobs.promised(Running.OTHER_REALM, id, "mine"));
        byte[] forged = MessageDigest.getInstance("SHA-256").digest("forged".getBytes(StandardCharsets.UTF_8));
        sql("update job set token = ? where realm = " + Running.OTHER_REALM, forged);
        assertThat(Running.no(jobs.promised(Running.OTHER_REALM, id, "forged"))).isInstanceOf(Refusal.NotFound.class);
        assertThat(jobs.uploadToken(Running.REALM, "mine")).isNotEqualTo(jobs.uploadToken(Running.OTHER_REALM, "mine"));
    }

    // Schedule

    private List<String> errors() {
        return List.copyOf(logged.list).stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void reconcileIfDue() throws IOException {
        while (running.core.internals().weekly().run().isZero()) {
            // Each call reconciles one realm.
        }
    }

    @Test
    void everyRealmIsReconciledOnceAWeek() throws Exception {
        UUID ana = running.register("ana@example.com");
        Running.ok(running.execute(ana, new Command.PlaceHold(HoldKind.BLOCKED, "main", "why", "told", null)));
        reconcileIfDue();
        assertThat(errors()).isEmpty();
        sql("update users set status = 6, hold_kinds = 0, holds = null where realm = " + Running.REALM);

        reconcileIfDue();
        assertThat(errors()).as("the same week").isEmpty();
        restart();
        reconcileIfDue();
        assertThat(errors()).as("the same week, after a restart").isEmpty();

        running.advance(WeeklyReconciliation.INTERVAL.plus(Duration.ofMinutes(1)));
        reconcileIfDue();
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("realm 1001", "user:" + ana, "holds.blocked.main")
                .doesNotContain("why", "told", "ana@");
        reconcileIfDue();
        assertThat(errors()).as("told once").hasSize(1);
    }

    /// Changes during reconciliation are not reported as differences.
    @Test
    void concurrentWritesAreNoDifference() throws Exception {
        List<UUID> users = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            users.add(running.register("user" + i + "@example.com"));
        }
        AtomicBoolean done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < 4; writer++) {
                Random random = new Random(writer);
                var _ = threads.submit(() -> {
                    while (!done.get()) {
                        running.execute(
                                users.get(random.nextInt(users.size())),
                                random.nextInt(60) == 0
                                        ? new Command.Erase(null, null)
                                        : new Command.ToggleSuspension());
                        running.register(UUID.randomUUID() + "@example.com");
                    }
                    return "";
                });
            }
            try {
                for (int i = 0; i < 6; i++) {
                    assertThat(Running.ok(running.core.reconciliation().reconcile(Running.ADMIN, Running.REALM))
                                    .differences())
                            .isEmpty();
                }
            } finally {
                done.set(true);
            }
        }
        assertThat(running.find(users.getFirst()).version()
                        + running.find(users.getLast()).version())
                .as("something was written meanwhile")
                .isGreaterThan(2);
    }

    @Test
    void walksAlongJournalsAreBounded() {
        VerificationLimit limit = new VerificationLimit();
        RealmKeys realmKeys = new RealmKeys(running.database(), MasterKeys.load(folder.resolve("master.key")));
        Journal journal = new Journal(
                running.database(),
                realmKeys,
                limit,
                new CheckpointFolder(folder.resolve("checkpoints")),
                CheckpointKey.loadOrCreate(folder.resolve("checkpoint.key"), new SecureRandom()));
        Reconciliation reconciliation = new Reconciliation(running.database(), realmKeys, limit);
        Result<?> busy = VerificationLimit.busy();

        assertThat(limit.acquire(Running.REALM)).isTrue();
        assertThat(journal.verify(Running.ADMIN, Running.REALM)).isEqualTo(busy);
        assertThat(reconciliation.reconcile(Running.ADMIN, Running.REALM)).isEqualTo(busy);
        Running.ok(journal.verify(Running.ADMIN, Running.OTHER_REALM));
        Running.ok(reconciliation.reconcile(Running.ADMIN, Running.OTHER_REALM));
        assertThat(limit.acquire(7)).isTrue();
        assertThat(journal.verify(Running.ADMIN, Running.OTHER_REALM)).isEqualTo(busy);
        assertThat(reconciliation.reconcile(Running.ADMIN, Running.OTHER_REALM)).isEqualTo(busy);
        limit.release(7);
        limit.release(Running.REALM);
        Running.ok(journal.verify(Running.ADMIN, Running.REALM));
        Running.ok(reconciliation.reconcile(Running.ADMIN, Running.REALM));
    }

    @Test
    void reconciliationNeedsTheRightToReadTheJournal() {
        Actor poor = new Actor(Running.ADMIN.ref(), "", Set.of(Scope.USERS_READ), Rank.REGULAR, 0);
        assertThat(running.core.reconciliation().reconcile(poor, Running.REALM))
                .isEqualTo(Result.refused(new Refusal.Forbidden("journal:read")));
    }
}
