package dev.muster.storage.sql;

/// The two kinds of database, where their SQL or their types differ.
public enum DatabaseKind {
    SQLITE,
    POSTGRES;

    /// The folder of the statements and migrations of its own.
    public String folder() {
        return this == SQLITE ? "sqlite" : "postgres";
    }
}
