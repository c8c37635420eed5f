package dev.muster.storage.sql;

/// The kind of database, where SQL or types differ.
public enum DatabaseKind {
    SQLITE,
    POSTGRES;

    /// The folder of the statements and migrations specific to it.
    public String folder() {
        return this == SQLITE ? "sqlite" : "postgres";
    }
}
