/// Storage. [Database] provides [Reads] and one store each for lanes, chores and evidence. For each subject
/// (users, jobs, groups, credentials, realms, journal), a tables class has all statements, and its rows know
/// how to write and read their columns. Storage makes no decisions, and gets sealed data already sealed. Its
/// subpackages: `sql` runs statements, `engine` connects to SQLite or PostgreSQL, `search` finds texts,
/// `files` creates files. Only storage may use JDBC.
@NullMarked
package dev.muster.storage;

import org.jspecify.annotations.NullMarked;
