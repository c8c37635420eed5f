/// What SQLite and PostgreSQL each do in their own way, apart from the texts of statements: how to connect,
/// whose turn it is to write, how much room is left, which version the schema has. Only `Database` and the
/// stores beside it may use [Engine]. Knows no table but the schema's history.
@NullMarked
package dev.muster.storage.engine;

import org.jspecify.annotations.NullMarked;
