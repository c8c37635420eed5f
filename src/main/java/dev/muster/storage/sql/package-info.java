/// A statement with parameters gives rows: a [Session] is a connection with its prepared statements,
/// [Parameters] are what goes in, a [Row] is what comes out, and [Statements] are the texts under
/// `resources/dev/muster/storage/sql`. Knows no table. May use the model, for its codes, and JDBC.
@NullMarked
package dev.muster.storage.sql;

import org.jspecify.annotations.NullMarked;
