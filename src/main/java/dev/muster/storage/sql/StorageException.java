package dev.muster.storage.sql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Storage did not do what it was told.
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

    /// What kind of failure it is, which says what may be tried.
    public enum Kind {
        /// The transaction met another one (PostgreSQL 40001, 40P01, 55P03; SQLite busy): run it again.
        CONFLICT,
        /// The connection is gone, or storage does not answer in time: connect again. During a commit:
        /// unknown.
        UNREACHABLE,
        /// There is no room (SQLite full, PostgreSQL 53100): nothing was written; it may get better.
        FULL,
        /// The statement itself is at fault, and the connection lives.
        STATEMENT,
        /// The file cannot be trusted any more (an I/O error at commit): the process must end.
        FATAL
    }

    public Kind kind() {
        return kind;
    }

    /// The failure that a driver's exception stands for.
    public static StorageException of(SQLException e) {
        return new StorageException(kind(e), message(e), e);
    }

    /// A driver's message may quote values, so it is kept as the cause only.
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
        // The WAL's index could not grow, which on a full disk may come after all of a transaction is in the WAL: not
        // damage, but no certainty either, so a commit is to be looked for as if its answer had been lost.
        if (code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE || code == SQLiteErrorCode.SQLITE_IOERR_SHMMAP) {
            return Kind.UNREACHABLE;
        }
        // The low byte is the primary code; the others say more exactly which.
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
            // Out of memory or connections; the transaction or statement took too long; a server that only reads.
            case "53200", "53300", "53400", "57014", "25P03", "25P04", "25006" -> Kind.UNREACHABLE;
            default ->
                // Connection gone; shut down or starting; the operating system failed the server.
                state.startsWith("08") || state.startsWith("57P") || state.startsWith("58")
                        ? Kind.UNREACHABLE
                        : Kind.STATEMENT;
        };
    }
}
