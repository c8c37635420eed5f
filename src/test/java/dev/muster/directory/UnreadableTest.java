package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.keys.CredentialMacs;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Command;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.job.Job;
import dev.muster.model.job.Outcome;
import dev.muster.model.job.Verdict;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.user.Card;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.Batch;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.JobRow;
import dev.muster.storage.LaneStore;
import dev.muster.storage.UserRow;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/// A sealed value that cannot be opened affects only the object it belongs to.
final class UnreadableTest extends OnBothRunning {
    private static final byte[] ALTERED = new byte[60];

    private void alter(long realm, LoadPlan needs, BiConsumer<dev.muster.storage.LoadedRows, Batch> how) {
        try (LaneStore lane = running.database().lane()) {
            lane.lock(List.of(realm), true);
            Batch batch = new Batch();
            how.accept(lane.load(Map.of(realm, needs), List.of(), List.of()), batch);
            lane.save(batch);
            lane.commit();
        }
    }

    @Test
    void aSecretCostsItsKey() {
        UUID second = new UUID(8, 8);
        Command.CreateKey first = Scenario.adminKey(second);
        Running.ok(running.executeIn(TEST, first));
        Credentials credentials = running.core.credentials();
        assertThat(credentials.signing(TEST)).hasSize(2);
        // The server itself has written the row, but its secret cannot be opened.
        RealmKeys realmKeys = new RealmKeys(running.database(), MasterKeys.load(folder.resolve("master.key")));
        CredentialMacs macs = realmKeys.get(TEST).macs();
        LoadPlan needs = new LoadPlan();
        needs.credentials.keys.add(second);
        alter(TEST, needs, (loaded, batch) -> {
            ApiKey key = loaded.keys.getFirst().key();
            batch.changedKeys.add(macs.sealed(new KeyRow(TEST, key, ALTERED, null)));
        });
        credentials.changed(TEST, List.of(second));
        assertThat(credentials.signing(TEST))
                .extracting(signing -> signing.key().id())
                .containsExactly(Running.KEY);
        assertThat(credentials.secret(TEST, second)).isNull();
        assertThat(credentials.secret(TEST, Running.KEY)).isNotNull();
        // The key can still be revoked.
        Running.ok(running.executeIn(TEST, new Command.RevokeKey(second, false)));
    }

    @Test
    void cardsCostTheCards() {
        UUID ann = running.register("ann@example.org");
        UUID bob = running.register("bob@example.org");
        for (UUID user : List.of(ann, bob)) {
            Running.ok(running.execute(
                    user, new Command.ReplaceCards(List.of(new Card(user.equals(ann) ? "1" : "2", null)), false)));
        }
        LoadPlan needs = new LoadPlan();
        needs.people.user(UserRef.id(ann));
        alter(TEST, needs, (loaded, batch) -> {
            UserRow row = loaded.users.getFirst();
            batch.changedUsers.add(new UserRow(TEST, row.user(), row.seed(), ALTERED));
        });
        assertThat(running.find(ann).cards()).containsExactly(Card.UNREADABLE);
        List<User> all = Running.ok(running.core.directory().list(Running.ADMIN, TEST, UserQuery.all(10, 0)))
                .value()
                .items();
        assertThat(all).extracting(User::id).containsExactly(ann, bob);
        assertThat(running.find(bob).cards()).containsExactly(new Card("2", null));
        // Holds can still be placed and the user can still be erased, but the cards remain unreadable.
        Running.ok(running.execute(ann, new Command.EnsureHold(HoldKind.BLOCKED)));
        assertThat(Running.no(running.execute(ann, new Command.ReplaceCards(List.of(), false))))
                .isEqualTo(new Refusal.Unreadable("user", running.find(ann).id().toString()));
        assertThat(running.find(ann).cards()).containsExactly(Card.UNREADABLE);
        Running.ok(running.execute(ann, new Command.Erase(null, null)));
        assertThat(running.find(ann).cards()).isEmpty();
    }

    @Test
    void aJobsDetailsCostTheJob() {
        for (String jobId : List.of("j1", "j2")) {
            Running.ok(running.executeIn(
                    PRODUCTION, new JobCommand.SubmitJob(JobStagesTest.job(jobId, 5, "ann"), null, null)));
        }
        LoadPlan needs = new LoadPlan();
        needs.jobs.ids.add("j1");
        alter(PRODUCTION, needs, (loaded, batch) -> {
            JobRow row = loaded.jobs.getFirst();
            Job job = Running.ok(running.core.jobs().job(Running.ADMIN, PRODUCTION, "j1"))
                    .value();
            batch.changedJobs.add(new JobRow(PRODUCTION, job, ALTERED, row.seed(), false, row.userPrint()));
        });
        List<Job> all = Running.ok(running.core
                        .jobs()
                        .list(Running.ADMIN, PRODUCTION, new JobQuery(null, java.util.Set.of(), null, 10, null, 0)))
                .value()
                .items();
        assertThat(all).extracting(Job::extras).containsExactly("{\"extra\":\"of ann\"}", "{\"unreadable\":true}");
        Command verdict = new JobCommand.GiveVerdict("j1", new Verdict(Outcome.FAILED, null, null));
        assertThat(Running.no(running.executeIn(PRODUCTION, verdict))).isInstanceOf(Refusal.Unreadable.class);
        Running.ok(running.executeIn(PRODUCTION, new JobCommand.EraseJob("j1")));
    }

    /// If a user's seed was altered, the entries of this user are unreadable, and no others.
    @Test
    void anEntryCostsTheEntry() {
        UUID ann = running.register("ann@example.org");
        UUID bob = running.register("bob@example.org");
        LoadPlan needs = new LoadPlan();
        needs.people.user(UserRef.id(ann));
        alter(
                TEST,
                needs,
                (loaded, batch) -> batch.changedUsers.add(
                        new UserRow(TEST, loaded.users.getFirst().user(), new byte[32], null)));
        List<JournalEntry> entries = Running.ok(running.core
                        .journal()
                        .page(
                                Running.ADMIN,
                                TEST,
                                new JournalQuery(
                                        null, null, null, null, null, JournalQuery.Order.NEWEST_FIRST, 10, null)))
                .items();
        assertThat(entries)
                .filteredOn(entry -> entry.subject().id().equals(ann))
                .isNotEmpty()
                .noneMatch(JournalEntry::readable);
        assertThat(entries)
                .filteredOn(entry -> entry.subject().id().equals(bob))
                .isNotEmpty()
                .allMatch(JournalEntry::readable);
    }
}
