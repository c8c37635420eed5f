/// The one door: every read and every write of every dialect passes [Directory]. Writes go to `lane` and come
/// back when they are durable; reads are short statements, made here. [Core] puts it all together over one
/// database and starts the `chores`.
@NullMarked
package dev.muster.directory;

import org.jspecify.annotations.NullMarked;
