/// Stores Muster's data. [Database] provides [Reads] for reading, and separate stores for lanes, chores, deliveries and
/// evidence. For each subject (users, jobs, groups, credentials, realms, journal), one class contains all statements,
/// and its row types convert to and from columns. This package contains no business rules and does not encrypt: callers
/// seal personal data first. Subpackages: `sql` runs statements, `engine` connects to SQLite or PostgreSQL, `search`
/// finds users by words, and `files` creates private files. Storage is the only package that uses JDBC. It may use
/// `model`.
@NullMarked
package dev.muster.storage;

import org.jspecify.annotations.NullMarked;
