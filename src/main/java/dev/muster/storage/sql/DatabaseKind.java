package dev.muster.storage.sql;

/// The kind of database, where SQL or types differ.
public enum DatabaseKind {
    SQLITE,
    POSTGRES;

    /// The resource folder with this database's own statements and migrations.
    public String folder() {
        return this == SQLITE ? "sqlite" : "postgres";
    }
}
