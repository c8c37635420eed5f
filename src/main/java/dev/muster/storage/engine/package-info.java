/// Contains the differences between SQLite and PostgreSQL, apart from the statements: connecting, the turn to write,
/// disk space, and the schema version. Only `Database` and the stores next to it may use [Engine]. This package
/// contains nothing specific to any table except the schema history. It may use `sql` and `files`.
@NullMarked
package dev.muster.storage.engine;

import org.jspecify.annotations.NullMarked;
