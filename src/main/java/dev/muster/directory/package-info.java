/// The only way to access the data of the register. [dev.muster.directory.Directory] executes all commands and reads
/// users; [dev.muster.directory.Groups], [dev.muster.directory.Jobs], [dev.muster.directory.Journal] and others read
/// everything else. Writes go to `lane` and return once they are durable; reads are short statements executed in this
/// package. [dev.muster.directory.Core] creates everything on one database and starts the `chores`. This package may
/// use `model`, `sealing`, `storage` and its own subpackages.
@NullMarked
package dev.muster.directory;

import org.jspecify.annotations.NullMarked;
