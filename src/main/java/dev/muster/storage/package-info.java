/// The register's storage. [Database] gives out its parts: [Reads], and one store each for lanes, chores and
/// evidence. For each subject (users, jobs, groups, credentials, realms, journal) a class of tables has all
/// its statements, and its rows know how they are written to columns and read from them. Storage decides
/// nothing: what must be sealed it is given sealed. The rooms below are its own: `sql` runs statements,
/// `engine` connects to SQLite or PostgreSQL, `search` finds texts, `files` makes files. Only storage may use
/// JDBC.
@NullMarked
package dev.muster.storage;

import org.jspecify.annotations.NullMarked;
