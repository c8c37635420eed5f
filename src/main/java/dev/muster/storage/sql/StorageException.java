package dev.muster.storage.sql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// A failure of storage.
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    public StorageException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public StorageException(Kind kind, String message) {
        this(kind, message, null);
    }

    /// The kind of failure, which determines what the caller can do.
    public enum Kind {
        /// The transaction conflicts with another (PostgreSQL 40001, 40P01, 55P03; SQLite busy): retry it.
        CONFLICT,
        /// The connection is gone or storage does not respond in time: reconnect. After a commit, the outcome
        /// is unknown.
        UNREACHABLE,
        /// No disk space (SQLite full, PostgreSQL 53100): nothing was written; retry later.
        FULL,
        /// A row with the same key exists (SQLite unique constraint, PostgreSQL 23505).
        DUPLICATE,
        /// The statement itself failed; the connection is usable.
        STATEMENT,
        /// The file can no longer be trusted (an I/O error at commit): the process must end.
        FATAL
    }

    public Kind kind() {
        return kind;
    }

    /// Wraps a driver's exception.
    public static StorageException of(SQLException e) {
        return new StorageException(kind(e), message(e), e);
    }

    /// Returns a message without the driver's own text, which may quote values. The cause still contains that text.
    private static String message(SQLException e) {
        if (e instanceof SQLiteException sqlite) {
            return "SQLite: " + sqlite.getResultCode().name();
        }
        return "database: SQLSTATE " + e.getSQLState();
    }

    private static Kind kind(SQLException e) {
        if (e instanceof SQLiteException sqlite) {
            return sqlite(sqlite.getResultCode());
        }
        if (e instanceof SQLTransientConnectionException) {
            return Kind.UNREACHABLE;
        }
        String state = e.getSQLState();
        return state == null ? Kind.STATEMENT : postgres(state);
    }

    private static Kind sqlite(SQLiteErrorCode code) {
        // These codes mean that the WAL's index could not grow. On a full disk this may happen after the whole
        // transaction has been written to the WAL. Nothing is damaged, but the outcome of the commit is uncertain and
        // must be looked up as if the response had been lost.
        if (code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE || code == SQLiteErrorCode.SQLITE_IOERR_SHMMAP) {
            return Kind.UNREACHABLE;
        }
        if (code == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE) {
            return Kind.DUPLICATE;
        }
        // The low byte is the primary code; the rest is more specific.
        return switch (SQLiteErrorCode.getErrorCode(code.code & 0xff)) {
            case SQLITE_BUSY, SQLITE_LOCKED -> Kind.CONFLICT;
            case SQLITE_FULL -> Kind.FULL;
            case SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB -> Kind.FATAL;
            case SQLITE_INTERRUPT, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PROTOCOL -> Kind.UNREACHABLE;
            default -> Kind.STATEMENT;
        };
    }

    private static Kind postgres(String state) {
        return switch (state) {
            // Serialization failure, deadlock, lock not available.
            case "40001", "40P01", "55P03" -> Kind.CONFLICT;
            // Disk full.
            case "53100" -> Kind.FULL;
            case "23505" -> Kind.DUPLICATE;
            // Out of memory or connections; the transaction or statement timed out; a read-only server.
            case "53200", "53300", "53400", "57014", "25P03", "25P04", "25006" -> Kind.UNREACHABLE;
            default ->
                // Connection lost; server shutting down or starting; system error.
                state.startsWith("08") || state.startsWith("57P") || state.startsWith("58")
                        ? Kind.UNREACHABLE
                        : Kind.STATEMENT;
        };
    }
}
