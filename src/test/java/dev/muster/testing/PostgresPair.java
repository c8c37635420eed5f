package dev.muster.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Two PostgreSQL servers: a primary, and a standby that follows it and can take over.
public final class PostgresPair implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 120;

    private final PostgresProcess primary;
    private final PostgresProcess standby;

    private PostgresPair(PostgresProcess primary, PostgresProcess standby) {
        this.primary = primary;
        this.standby = standby;
    }

    /// Starts both; returns once the standby follows.
    ///
    /// @param folder an empty folder for their data and logs
    /// @param synchronous whether the primary confirms a commit only when the standby has it
    public static PostgresPair start(Path folder, boolean synchronous) throws IOException {
        return start(folder, synchronous, List.of());
    }

    /// @param standbySettings settings of the standby only
    public static PostgresPair start(Path folder, boolean synchronous, List<String> standbySettings)
            throws IOException {
        return start(folder, null, synchronous, standbySettings);
    }

    /// Starts the primary on the first host, and the standby on the second.
    public static PostgresPair start(Path folder, BridgedHosts hosts, boolean synchronous) throws IOException {
        return start(folder, hosts, synchronous, List.of());
    }

    private static PostgresPair start(
            Path folder, @Nullable BridgedHosts hosts, boolean synchronous, List<String> standbySettings)
            throws IOException {
        List<PostgresProcess> both = PostgresProcess.prepareTwo(
                folder,
                hosts,
                standbySettings,
                "synchronous_standby_names=" + (synchronous ? "standby" : ""),
                "wal_keep_size=64MB");
        PostgresPair pair = new PostgresPair(both.getFirst(), both.getLast());
        try {
            pair.primary.start();
            pair.standby.start();
            pair.await(
                    "select count(*) from pg_stat_replication where state = 'streaming' and sync_state = '"
                            + (synchronous ? "sync" : "async") + "'",
                    "the standby does not follow");
            return pair;
        } catch (RuntimeException | Error e) {
            pair.close();
            throw e;
        }
    }

    public PostgresProcess primary() {
        return primary;
    }

    public PostgresProcess standby() {
        return standby;
    }

    /// The URL of whichever of the two is the primary.
    public String url() {
        return "jdbc:postgresql://" + primary.authority() + "," + standby.authority()
                + "/postgres?user=postgres&targetServerType=primary";
    }

    /// Waits until the standby has replayed everything that the primary has committed.
    public void awaitFollowed() {
        await(
                "select count(*) from pg_stat_replication where replay_lsn >= pg_current_wal_flush_lsn()",
                "the standby lags behind");
    }

    /// Makes the standby lag behind from now on: suspends the primary's process that sends to it.
    public void stopSending() {
        PostgresProcess.signal("STOP", number(primary, "select pid from pg_stat_replication"));
    }

    /// Makes the standby keep what it receives without showing it.
    public void pauseReplay() {
        number(standby, "select 1 from (select pg_wal_replay_pause()) as paused");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (number(standby, "select (pg_get_wal_replay_pause_state() = 'paused')::int") != 1) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the standby goes on replaying");
            }
        }
    }

    public void resumeReplay() {
        number(standby, "select 1 from (select pg_wal_replay_resume()) as resumed");
    }

    /// Makes the standby a primary.
    public void promote() {
        if (number(standby, "select pg_promote(true, " + TIMEOUT_SECONDS + ")::int") != 1) {
            throw new AssertionError("the standby does not take over");
        }
    }

    private void await(String query, String otherwise) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (number(primary, query) != 1) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(otherwise);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Asks one of the servers for a number.
    public static long number(PostgresProcess server, String query) {
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Kills both, because a suspended server does not stop by itself.
    @Override
    public void close() {
        primary.killAll();
        standby.killAll();
    }
}
