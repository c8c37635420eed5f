/// The only access to the register: every read and write of every dialect goes through
/// [dev.muster.directory.Directory]. Writes go to `lane` and return once durable; reads are short
/// statements made here. [dev.muster.directory.Core] creates it all over one database and starts the
/// `chores`.
@NullMarked
package dev.muster.directory;

import org.jspecify.annotations.NullMarked;
