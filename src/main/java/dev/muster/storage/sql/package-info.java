/// Runs statements: a [Session] is a connection with its prepared statements, [Parameters] sets their
/// parameters, [Row] reads their results, and [Statements] has the SQL in
/// `resources/dev/muster/storage/sql`. Knows no table. May use the model, for its codes, and JDBC.
@NullMarked
package dev.muster.storage.sql;

import org.jspecify.annotations.NullMarked;
