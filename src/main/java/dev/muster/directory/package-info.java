/// The entry point to all data: every read and write of every dialect goes through this package. Writes go to
/// `lane` and return once durable; reads are short statements made here. [dev.muster.directory.Core] creates
/// everything over one database and starts the `chores`.
@NullMarked
package dev.muster.directory;

import org.jspecify.annotations.NullMarked;
