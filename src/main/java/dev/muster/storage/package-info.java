/// Stores Muster's data. [Database] hands out [Reads] and one store each for lanes, chores and evidence. For
/// each subject (users, jobs, groups, credentials, realms, journal) one class has all its statements, and its
/// row types convert to and from columns. Storage decides nothing, and encrypts nothing: callers seal
/// personal data first. Subpackages: `sql` runs statements, `engine` connects to SQLite or PostgreSQL,
/// `search` finds users by words, `files` creates private files. Only storage uses JDBC; it may use `model`.
@NullMarked
package dev.muster.storage;

import org.jspecify.annotations.NullMarked;
