package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.storage.Database;
import dev.muster.testing.CuttingProxy;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections to PostgreSQL are cut before and after it commits. No write is lost or executed twice.
@UsesPostgres
final class LostCommitTest {
    private static final int USERS = 400;

    @TempDir
    private Path folder;

    @Test
    void committedBatchesAreRecognisedAndNotRepeated() throws Exception {
        String url = TestPostgres.newDatabase();
        int port = URI.create(url.substring("jdbc:".length())).getPort();
        Random random = new Random(7);
        AtomicBoolean cutting = new AtomicBoolean();
        try (CuttingProxy proxy = new CuttingProxy(port, moment -> cutting.get() && random.nextInt(odds(moment)) == 0);
                Running running = new Running(
                        Database.postgres(url.replace(":" + port + "/", ":" + proxy.port() + "/"), null), folder)) {
            cutting.set(true);
            List<Result<Change>> results = registerAll(running);
            cutting.set(false);
            assertThat(proxy.cuts()).isGreaterThan(5);

            Set<Long> answered = new HashSet<>();
            for (Result<Change> result : results) {
                switch (result) {
                    case Result.Ok<Change>(var change) ->
                        assertThat(answered.add(change.user().number())).isTrue();
                    case Result.Refused<Change>(var refusal) ->
                        assertThat(refusal).isInstanceOfAny(Refusal.Busy.class, Refusal.OutcomeUnknown.class);
                }
            }
            assertThat(answered).isNotEmpty();
            Page<User> page = Running.ok(
                            running.core.directory().list(Running.ADMIN, Running.REALM, UserQuery.all(1000, 0)))
                    .value();
            Set<Long> kept = new HashSet<>();
            page.items().forEach(user -> kept.add(user.number()));
            assertThat(kept).containsAll(answered).hasSize((int) page.total());
            assertThat(page.items().stream().map(User::email).distinct()).hasSize((int) page.total());
            assertThat(running.verify().valid()).isTrue();
            assertThat(running.verify().entries()).isEqualTo(page.total() + 1);

            // Requests without a response are sent again with the same key, and are then executed exactly once.
            for (Result<Change> result : registerAll(running)) {
                assertThat(result).isInstanceOf(Result.Ok.class);
            }
            assertThat(Running.ok(running.core.directory().list(Running.ADMIN, Running.REALM, UserQuery.all(1, 0)))
                            .value()
                            .total())
                    .isEqualTo(USERS);
        }
    }

    /// Only the last batches of a realm are stored. If another server has written so many batches that a committed
    /// one may have been deleted, the outcome of the lost commit is unknown, and nothing is executed again.
    @Test
    void batchesWithAnUnknownOutcomeAreNotRepeated() throws Exception {
        String url = TestPostgres.newDatabase();
        int port = URI.create(url.substring("jdbc:".length())).getPort();
        AtomicBoolean cutting = new AtomicBoolean();
        CountDownLatch cut = new CountDownLatch(1);
        try (CuttingProxy proxy = new CuttingProxy(port, moment -> {
                    boolean now = moment == CuttingProxy.Moment.COMMITTED && cutting.get();
                    if (now) {
                        cut.countDown();
                    }
                    return now;
                });
                Running lost = new Running(
                        Database.postgres(url.replace(":" + port + "/", ":" + proxy.port() + "/"), null), folder);
                Running other = new Running(Database.postgres(url, null), folder)) {
            UUID user = other.register("ada@example.com");
            proxy.open(false);
            cutting.set(true);
            var result = CompletableFuture.supplyAsync(
                    () -> lost.execute(user, new Command.PlaceHold(HoldKind.SUSPENDED, "main", "once", null, null)));
            cut.await();
            for (int i = 0; i < 3; i++) {
                other.register("other" + i + "@example.com");
            }
            forgetAllBatchesButTheLast(url);
            cutting.set(false);
            proxy.open(true);
            assertThat(result.get()).isEqualTo(Result.refused(new Refusal.OutcomeUnknown()));
            assertThat(other.find(user).version()).isEqualTo(2);
            assertThat(other.verify().valid()).isTrue();
            assertThat(other.verify().entries()).isEqualTo(6);
        }
    }

    /// Deletes the stored batches except the last, as a lane does after a thousand batches.
    private static void forgetAllBatchesButTheLast(String url) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute("delete from batch where realm = " + Running.REALM
                    + " and no < (select max(no) from batch where realm = " + Running.REALM + ")");
        }
    }

    /// Returns n for a chance of 1 in n that the connection is cut at this moment.
    private static int odds(CuttingProxy.Moment moment) {
        return switch (moment) {
            case SENT -> 100;
            case COMMIT_SENT, COMMITTED -> 8;
        };
    }

    private static List<Result<Change>> registerAll(Running running) throws Exception {
        List<Callable<Result<Change>>> calls = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            String key = "key-" + i;
            String email = "user" + i + "@example.com";
            calls.add(() -> running.executeAgain(key, null, Running.registration(email)));
        }
        List<Result<Change>> results = new ArrayList<>();
        // Only a few requests run at a time, so that many commits are cut.
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (Future<Result<Change>> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
        }
        return results;
    }
}
