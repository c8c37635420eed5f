/// Runs SQL statements: a [Session] is a connection with its prepared statements, [Parameters] sets their parameters,
/// [Row] reads their results, and [Statements] loads the SQL from `resources/dev/muster/storage/sql`. This package
/// contains nothing specific to any table. It may use JDBC and, for codes, the model.
@NullMarked
package dev.muster.storage.sql;

import org.jspecify.annotations.NullMarked;
