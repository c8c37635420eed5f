package dev.muster.storage;

/// The two kinds of database, where their SQL or their types differ.
enum DatabaseKind {
    SQLITE,
    POSTGRES;

    /// The folder of the statements and migrations of its own.
    String folder() {
        return this == SQLITE ? "sqlite" : "postgres";
    }
}
