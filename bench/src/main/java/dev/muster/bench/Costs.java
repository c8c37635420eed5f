package dev.muster.bench;

/// What one user, one change and one request cost on PostgreSQL. Sizes are in bytes and include indexes.
///
/// @param user the row of a user
/// @param firstEntry the journal entry of a registration
/// @param entry the journal entry of a later change
/// @param text the share of a user in the index of texts
/// @param registerLog the write-ahead log of a registration
/// @param changeLog the write-ahead log of a later change
/// @param change the time of a later change; a hold
record Costs(
        double user,
        double firstEntry,
        double entry,
        double text,
        double registerLog,
        double changeLog,
        Cost register,
        Cost change,
        Cost get,
        Cost standing) {}
