package dev.muster.storage.engine;

import static dev.muster.storage.engine.DatabaseFinding.doubtful;
import static dev.muster.storage.engine.DatabaseFinding.good;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Examines a standby that answers reads, by comparing it with its primary. No finding is bad, because the primary
/// answers what the standby cannot.
public final class StandbyExamination {
    /// How long the standby may take to replay what the primary had when the examination began.
    private static final Duration MAX_LAG = Duration.ofSeconds(3);

    private static final long STEP_MILLIS = 100;
    private static final String UNUSED = ", so the primary answers all reads: ";

    private final Session primary;
    private final Session standby;
    private final List<DatabaseFinding> findings = new ArrayList<>();

    private StandbyExamination(Session primary, Session standby) {
        this.primary = primary;
        this.standby = standby;
    }

    /// Examines a standby.
    ///
    /// @param url the URL of the primary
    /// @param standby the URL of the standby
    public static List<DatabaseFinding> of(String url, String standby) {
        String where = "the primary";
        try (Session first = open(url)) {
            where = "the standby";
            try (Session second = open(standby)) {
                StandbyExamination examination = new StandbyExamination(first, second);
                examination.examine();
                return List.copyOf(examination.findings);
            }
        } catch (SQLException e) {
            return List.of(doubtful(where + " cannot be reached" + UNUSED + PostgresExamination.reason(e)));
        } catch (StorageException e) {
            return List.of(doubtful("the standby cannot be compared with the primary: "
                    + (e.getCause() instanceof SQLException cause
                            ? PostgresExamination.reason(cause)
                            : e.getMessage())));
        }
    }

    /// Opens a connection in auto-commit mode, so that each statement sees the latest data.
    private static Session open(String url) throws SQLException {
        return new Session(
                PostgresExamination.connect(url), new Statements(DatabaseKind.POSTGRES), DatabaseKind.POSTGRES);
    }

    private void examine() {
        if (!PostgresExamination.isStandby(standby)) {
            findings.add(doubtful("the server of --postgres-standby is not a standby, or no longer one" + UNUSED
                    + "name one, or leave it out"));
            return;
        }
        String here = system(primary);
        String there = system(standby);
        if (here != null && there != null && !here.equals(there)) {
            findings.add(doubtful("the standby is one of another server" + UNUSED + "correct --postgres-standby"));
            return;
        }
        long lag = lag();
        if (lag > 0) {
            findings.add(
                    doubtful("the standby is " + lag + " bytes of write-ahead log behind, and has not caught up for "
                            + MAX_LAG.toSeconds() + " s" + UNUSED + "see pg_stat_replication on the primary"));
            return;
        }
        int version = Schema.of(standby);
        if (version != Schema.of(primary)) {
            findings.add(doubtful("the standby's database has schema version " + version + UNUSED
                    + "correct the database's name in --postgres-standby"));
            return;
        }
        findings.add(good("the standby has everything that the primary has"));
    }

    /// The number that a server shares with its standbys; null if the role may not read it.
    private static @Nullable String system(Session session) {
        Boolean allowed =
                session.ask("select has_function_privilege('pg_control_system()', 'execute')", row -> row.bool());
        return Boolean.TRUE.equals(allowed)
                ? session.ask("select cast(system_identifier as text) from pg_control_system()", row -> row.text())
                : null;
    }

    /// How many bytes that the primary has now are not replayed in time.
    private long lag() {
        String end = Objects.requireNonNull(
                primary.ask("select cast(pg_current_wal_flush_lsn() as text)", row -> row.text()));
        long giveUp = System.nanoTime() + MAX_LAG.toNanos();
        while (true) {
            long lag = Objects.requireNonNull(standby.ask(
                    "select cast(pg_wal_lsn_diff('" + end + "', pg_last_wal_replay_lsn()) as bigint)",
                    row -> row.number()));
            if (lag <= 0 || System.nanoTime() - giveUp > 0) {
                return lag;
            }
            try {
                Thread.sleep(STEP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return lag;
            }
        }
    }
}
