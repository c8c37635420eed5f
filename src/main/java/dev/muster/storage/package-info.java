/// All SQL. One [Database], two folders of statements where SQLite and PostgreSQL differ, migrations, and the mapping
/// of rows. Storage decides nothing: what it keeps sealed it is given sealed.
@NullMarked
package dev.muster.storage;

import org.jspecify.annotations.NullMarked;
