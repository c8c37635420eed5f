package dev.muster.storage.engine;

/// What an examination of a database found.
///
/// @param text one line without secrets; unless the result is good, it says what to do
public record DatabaseFinding(Result result, String text) {
    /// How good or bad a finding is.
    public enum Result {
        GOOD,
        /// Should be changed, but servers work.
        DOUBTFUL,
        /// Servers do not start, or promises do not hold.
        BAD
    }

    static DatabaseFinding good(String text) {
        return new DatabaseFinding(Result.GOOD, text);
    }

    static DatabaseFinding doubtful(String text) {
        return new DatabaseFinding(Result.DOUBTFUL, text);
    }

    static DatabaseFinding bad(String text) {
        return new DatabaseFinding(Result.BAD, text);
    }

    /// Judges a schema version.
    ///
    /// @param older the finding for a version that has to be migrated
    static DatabaseFinding ofSchema(int version, DatabaseFinding older) {
        if (version < Schema.VERSION) {
            return older;
        }
        return switch (version - Schema.VERSION) {
            case 0 -> good("schema version " + version);
            case 1 ->
                doubtful("the database has schema version " + version + ", one more than this program's: install"
                        + " the version of Muster that migrated it");
            default ->
                bad("the database has schema version " + version + ", and this program knows version " + Schema.VERSION
                        + ": install the version of Muster that migrated it");
        };
    }
}
