/// The differences between SQLite and PostgreSQL, apart from the statements: connecting, the turn to write,
/// disk space, and the schema version. Only `Database` and the stores beside it may use [Engine]. Knows no
/// table except the schema history. May use `sql` and `files`.
@NullMarked
package dev.muster.storage.engine;

import org.jspecify.annotations.NullMarked;
