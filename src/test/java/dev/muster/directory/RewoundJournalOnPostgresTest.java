package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.storage.Database;
import dev.muster.storage.sql.DatabaseKind;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A server that reconnects to PostgreSQL compares what it committed with what the database has.
final class RewoundJournalOnPostgresTest extends OnRunning {
    @Override
    DatabaseKind kind() {
        return DatabaseKind.POSTGRES;
    }

    /// Another server, which had committed nothing, continues the journal before the first one reconnects.
    @Test
    void otherEntriesWithTheSameNumbersAreNoticedAfterReconnecting() throws Exception {
        try (Running victim = named("victim")) {
            victim.register("kept@example.com");
            Journal.Head kept = Rewinding.head(running);
            UUID user = victim.register("lost@example.com");
            Journal.Head lost = Rewinding.head(running);
            Rewinding.rewind(database, kept, user);
            for (int i = 0; i < 3; i++) {
                running.register("other" + i + "@example.com");
            }
            cut("victim");
            // This is the same lane's write in another realm.
            Running.ok(victim.executeIn(PRODUCTION, Running.registration("any@example.com")));
            eventually(() -> Rewinding.entries(running).size() == 1);
            assertThat(Rewinding.change(Rewinding.entries(running).getFirst(), "seq"))
                    .isEqualTo(lost.seq() + " to " + (kept.seq() + 3));
            assertThat(running.core.rewoundJournals()).isZero();
        }
    }

    @Test
    void anIdleServerNoticesItToo() throws Exception {
        try (Running victim = named("idle-victim")) {
            victim.register("kept@example.com");
            Journal.Head kept = Rewinding.head(running);
            UUID user = victim.register("lost@example.com");
            Rewinding.rewind(database, kept, user);
            cut("idle-victim");
            eventually(() -> Rewinding.entries(running).size() == 1);
        }
    }

    @Test
    void aJournalThatOthersContinuedIsNotReported() throws Exception {
        try (Running first = named("first")) {
            first.register("first@example.com");
            for (int i = 0; i < 3; i++) {
                running.register("other" + i + "@example.com");
            }
            cut("first");
            Running.ok(first.executeIn(PRODUCTION, Running.registration("any@example.com")));
            // Now the batch itself is no longer stored, only its entry.
            database.execute("delete from batch where realm = " + TEST
                    + " and no < (select max(no) from batch where realm = " + TEST + ")");
            cut("first");
            Running.ok(first.executeIn(PRODUCTION, Running.registration("more@example.com")));
            assertThat(first.core.rewoundJournals()).isZero();
            database.execute("update journal set hash = sha256(hash) where realm = " + TEST + " and seq = 2");
            cut("first");
            Running.ok(first.executeIn(PRODUCTION, Running.registration("last@example.com")));
            assertThat(first.core.rewoundJournals()).isEqualTo(1);
        }
    }

    /// Starts a second server on the same database, whose connections have a name.
    private Running named(String name) {
        return new Running(Database.postgres(database.url() + "&ApplicationName=" + name, null), folder);
    }

    private void cut(String name) {
        database.number("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '"
                + name + "'");
    }
}
