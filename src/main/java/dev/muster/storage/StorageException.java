package dev.muster.storage;

/// Storage did not do what it was told.
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    public StorageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public StorageException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /// What kind of failure it is, which says what may be tried.
    public enum Kind {
        /// The transaction met another one (PostgreSQL 40001, 40P01, 55P03; SQLite busy): run it again.
        CONFLICT,
        /// The connection is gone, or storage does not answer in time: connect again. During a commit: unknown.
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
}
