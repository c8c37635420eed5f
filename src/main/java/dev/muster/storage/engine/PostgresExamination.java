package dev.muster.storage.engine;

import static dev.muster.storage.engine.DatabaseFinding.bad;
import static dev.muster.storage.engine.DatabaseFinding.doubtful;
import static dev.muster.storage.engine.DatabaseFinding.good;

import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.Statements;
import dev.muster.storage.sql.StorageException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Examines a PostgreSQL database with read-only transactions: whether it can be reached, its version, its settings,
/// its clock and its schema.
public final class PostgresExamination {
    /// The connections of one server: two lanes, readers, and background tasks.
    private static final int CONNECTIONS = 2 + Engine.READERS + 3;

    private static final Duration CLOCKS = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final @Nullable String cell;
    private final List<DatabaseFinding> findings = new ArrayList<>();

    private PostgresExamination(InstantSource clock, @Nullable String cell) {
        this.clock = clock;
        this.cell = cell;
    }

    /// Examines the database at a URL, and its pooler.
    ///
    /// @param readers the URL of the pooler for reads; null without a pooler
    /// @param clock this machine's clock, to compare with the database's
    public static List<DatabaseFinding> of(String url, @Nullable String readers, InstantSource clock) {
        PostgresExamination examination = new PostgresExamination(clock, null);
        boolean standby = examination.with("PostgreSQL", url, examination::examine);
        if (readers != null && !standby) {
            examination.with("the readers' address", readers, examination::examineReaders);
        }
        return List.copyOf(examination.findings);
    }

    /// Examines the database of a cell other than the first.
    public static List<DatabaseFinding> ofCell(String cell, String url, InstantSource clock) {
        PostgresExamination examination = new PostgresExamination(clock, cell);
        examination.with("PostgreSQL", url, examination::examine);
        return List.copyOf(examination.findings);
    }

    private interface Work {
        /// Returns whether this is a standby.
        boolean on(Session session);
    }

    /// The driver's message may be shown, because no statement contains personal data.
    private boolean with(String what, String url, Work work) {
        try (Session session =
                new Session(connect(url), new Statements(DatabaseKind.POSTGRES), DatabaseKind.POSTGRES)) {
            session.begin();
            return work.on(session);
        } catch (SQLException e) {
            findings.add(bad(what + " cannot be reached: " + reason(e)
                    + ". Check the URL, the password, the network and pg_hba.conf"));
        } catch (StorageException e) {
            findings.add(bad(what + " cannot be examined: "
                    + (e.getCause() instanceof SQLException cause ? reason(cause) : e.getMessage())
                    + ". Grant the role what is missing"));
        }
        return true;
    }

    static String reason(SQLException e) {
        return Objects.requireNonNullElse(e.getMessage(), "SQLSTATE " + e.getSQLState())
                .replaceAll("\\s+", " ");
    }

    static Connection connect(String url) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "muster doctor");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        properties.setProperty("prepareThreshold", "0");
        Connection connection = DriverManager.getConnection(url, properties);
        connection.setReadOnly(true);
        return connection;
    }

    private boolean examine(Session session) {
        String version = setting(session, "server_version");
        if (isStandby(session)) {
            findings.add(bad("PostgreSQL " + version + " at this address is a standby: name the primary, or all servers"
                    + " with targetServerType=primary"));
            return true;
        }
        try {
            PostgresEngine.checkVersion(Integer.parseInt(setting(session, "server_version_num")), version);
            findings.add(good("PostgreSQL " + version + " answers"));
        } catch (StorageException e) {
            findings.add(bad(e.getMessage() + ": upgrade it"));
        }
        settings(session);
        clock(session);
        connections(session);
        schema(session);
        return false;
    }

    private boolean examineReaders(Session session) {
        if (isStandby(session)) {
            findings.add(
                    bad("the readers' address is a standby's, which shows writes late: name a pooler of the primary"));
        } else {
            findings.add(good("the readers' address answers"));
        }
        return false;
    }

    static boolean isStandby(Session session) {
        return Boolean.TRUE.equals(session.ask("select pg_is_in_recovery()", row -> row.bool()));
    }

    private static String setting(Session session, String name) {
        return Objects.requireNonNull(session.ask("select current_setting('" + name + "')", row -> row.text()));
    }

    private void settings(Session session) {
        int before = findings.size();
        if (!setting(session, "fsync").equals("on")) {
            findings.add(bad("fsync is off, so confirmed writes can be lost: set fsync = on and restart PostgreSQL"));
        }
        if (!setting(session, "full_page_writes").equals("on")) {
            findings.add(
                    bad("full_page_writes is off, so a power failure can damage the database, unless its file system"
                            + " prevents torn pages: set full_page_writes = on"));
        }
        if (setting(session, "zero_damaged_pages").equals("on")) {
            findings.add(bad("zero_damaged_pages is on, so PostgreSQL deletes damaged rows silently: set it to off"));
        }
        if (!setting(session, "autovacuum").equals("on")) {
            findings.add(doubtful(
                    "autovacuum is off, so erased data stays on the disk and tables grow: set autovacuum = on"));
        }
        if (!setting(session, "server_encoding").equals("UTF8")) {
            findings.add(bad("the database's encoding is " + setting(session, "server_encoding")
                    + ", which cannot store all names: create it with encoding 'UTF8'"));
        }
        if (setting(session, "synchronous_standby_names").isBlank()
                && Boolean.TRUE.equals(
                        session.ask("select exists (select from pg_stat_replication)", row -> row.bool()))) {
            findings.add(doubtful("PostgreSQL has standbys, and synchronous_standby_names is empty: a failover loses"
                    + " confirmed writes that no standby has received yet"));
        }
        if (findings.size() == before) {
            findings.add(good("PostgreSQL's settings"));
        }
    }

    /// Compares the clocks halfway between sending the statement and receiving its result.
    private void clock(Session session) {
        Instant before = clock.instant();
        long micros = Objects.requireNonNull(session.ask(
                "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)", row -> row.number()));
        Duration roundTrip = Duration.between(before, clock.instant());
        Instant there = Instant.ofEpochSecond(0, 1000 * micros);
        Duration ahead = Duration.between(before.plus(roundTrip.dividedBy(2)), there);
        if (ahead.abs().minus(roundTrip).compareTo(CLOCKS) > 0) {
            findings.add(bad("the clocks of this machine and of PostgreSQL differ: PostgreSQL's is "
                    + ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead")
                    + ". Synchronise both with NTP"));
        } else {
            findings.add(good("PostgreSQL's clock"));
        }
    }

    /// Connections of Muster's servers do not count, because one of them may be the server to be examined.
    private void connections(Session session) {
        long left = Objects.requireNonNull(session.ask("""
                        select current_setting('max_connections')::int
                            - current_setting('superuser_reserved_connections')::int
                            - coalesce(current_setting('reserved_connections', true)::int, 0)
                            - (select count(*) from pg_stat_activity
                                where backend_type = 'client backend' and application_name not like 'muster %')
                        """, row -> row.number()));
        if (left < CONNECTIONS) {
            findings.add(doubtful(
                    "PostgreSQL has " + Math.max(0, left) + " connections left for Muster, and each server needs "
                            + CONNECTIONS + ": raise max_connections"));
        }
    }

    private void schema(Session session) {
        int version = Schema.of(session);
        if (version == 0) {
            findings.add(
                    cell == null
                            ? withoutSchema(session)
                            : bad("the database has no tables of Muster that the role can see, so it is not the cell:"
                                    + " check the URL, or restore the database"));
            return;
        }
        findings.add(DatabaseFinding.ofSchema(
                version,
                bad("the database has schema version " + version + ", and this program needs version " + Schema.VERSION
                        + ": run `muster " + (cell == null ? "migrate" : "cell migrate " + cell) + "`")));
        try {
            PostgresEngine.checkPrivileges(session);
        } catch (StorageException e) {
            if (e.getCause() != null) {
                throw e;
            }
            findings.add(bad(e.getMessage() + ": grant them"));
        }
        if (version >= Schema.VERSION) {
            identity(session);
            findings.addAll(new MovingTenants(session).examine());
        }
    }

    /// Adds a finding on whether this is the database of the expected cell.
    private void identity(Session session) {
        if (cell == null) {
            return;
        }
        String found = session.one("cell_here", Row::text);
        findings.add(
                cell.equals(found)
                        ? good("the database is the cell")
                        : bad("the database is " + (found == null ? "no cell" : "the cell " + found)
                                + ", and is not served: correct its URL with muster cell set-url " + cell));
    }

    /// Judges a database in which Muster's tables cannot be seen.
    private static DatabaseFinding withoutSchema(Session session) {
        if (session.ask("select 1 where current_schema() is not null", row -> true) == null) {
            return bad(
                    "the role cannot use any schema of its search path: grant usage on the one with Muster's tables");
        }
        if (session.ask("select 1 from pg_tables where schemaname = current_schema() limit 1", row -> true) != null) {
            return bad("the database has tables, but not Muster's: create a database for Muster alone");
        }
        return session.ask("select 1 where has_schema_privilege(current_schema(), 'create')", row -> true) == null
                ? bad("the database is empty, and the role cannot create tables: run `muster migrate` as the owner")
                : good("the database is empty; the server's first start, or `muster migrate`, creates the schema");
    }
}
