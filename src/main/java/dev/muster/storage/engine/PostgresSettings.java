package dev.muster.storage.engine;

import dev.muster.storage.sql.StorageException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The settings of a writing connection that promises rest on. They are sent when it connects, and read back
/// afterwards, because `options` in the URL, a pooler or a trigger on login can replace them.
final class PostgresSettings {
    private static final List<Setting> ALL = List.of(
            // A confirmed write is on the disk and, if the server has synchronous standbys, on theirs.
            new Setting("synchronous_commit", "on", value -> value.equals("on") || value.equals("remote_apply")),
            new Setting("fsync", "on", "on"::equals),
            // A lane that hangs holds up the realms that it has locked only for this long.
            new Setting("lock_timeout", "1s", atMost(1_000)),
            new Setting("statement_timeout", "10s", atMost(10_000)),
            new Setting("idle_in_transaction_session_timeout", "5s", atMost(5_000)),
            // What is read after locking a realm must be no older than the lock.
            new Setting("default_transaction_isolation", "read committed", "read committed"::equals),
            new Setting("default_transaction_read_only", "off", "off"::equals));

    /// The other settings, which only affect speed, or which a connection over a Unix socket does not have.
    private static final String OTHER_SETTINGS =
            " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2" + " -c tcp_keepalives_count=3";

    private static final String READ_QUERY = ALL.stream()
            .map(setting -> "'" + setting.name + "'")
            .collect(Collectors.joining(
                    ", ", "select name, setting, current_setting(name) from pg_settings where name in (", ")"));

    private PostgresSettings() {}

    /// @param wanted the value that is sent
    /// @param keeps whether a value is as strong; times are in milliseconds
    private record Setting(String name, String wanted, Predicate<String> keeps) {
        /// Whether a connection may set it; the others belong to the server.
        boolean isSent() {
            return !name.equals("fsync");
        }
    }

    private static Predicate<String> atMost(int millis) {
        // Zero means no limit.
        return value -> !value.equals("0") && Long.parseLong(value) <= millis;
    }

    /// Returns the `options` to connect with.
    ///
    /// @param synchronous whether a commit waits until it is durable
    static String options(boolean synchronous) {
        return ALL.stream()
                .filter(Setting::isSent)
                .map(setting -> " -c " + setting.name + "="
                        + (isOff(setting, synchronous) ? "off" : setting.wanted.replace(" ", "\\ ")))
                .collect(Collectors.joining("", "", OTHER_SETTINGS));
    }

    private static boolean isOff(Setting setting, boolean synchronous) {
        return !synchronous && setting.name.equals("synchronous_commit");
    }

    /// Returns a sentence about each setting of a connection that is weaker than what was sent; empty if all are as
    /// strong.
    static Optional<String> weaker(Connection connection, boolean synchronous) throws SQLException {
        StringBuilder found = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(READ_QUERY)) {
            while (rows.next()) {
                String name = rows.getString(1);
                String value = rows.getString(2);
                for (Setting setting : ALL) {
                    if (setting.name.equals(name) && !isOff(setting, synchronous) && !setting.keeps.test(value)) {
                        found.append(found.isEmpty() ? "" : "; ").append(describe(setting, rows.getString(3)));
                    }
                }
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found.toString());
    }

    private static String describe(Setting setting, String value) {
        return "its setting " + setting.name + " is " + value + ", not " + setting.wanted
                + (setting.isSent()
                        ? ": remove `options` from the URL, and connect to the server itself, not through a pooler"
                        : ": set it in postgresql.conf");
    }

    /// Wraps a sentence about weaker settings.
    ///
    /// @param kind `FATAL` at the start; `UNREACHABLE` later, so that requests are refused as busy
    static StorageException refused(StorageException.Kind kind, String weaker) {
        return new StorageException(kind, "the connection to PostgreSQL is not as Muster needs it: " + weaker);
    }
}
