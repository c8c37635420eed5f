package dev.muster.storage.sql;

/// The kind of database, for code in which SQL or types differ.
public enum DatabaseKind {
    SQLITE,
    POSTGRES;

    /// The resource folder of the statements and migrations that are specific to this kind of database.
    public String folder() {
        return this == SQLITE ? "sqlite" : "postgres";
    }
}
