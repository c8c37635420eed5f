/// The only access to the register's data. [dev.muster.directory.Directory] carries out all commands and
/// reads users; [dev.muster.directory.Groups], [dev.muster.directory.Jobs], [dev.muster.directory.Journal]
/// and others read the rest. Writes go to `lane` and return once durable; reads are short statements made
/// here. [dev.muster.directory.Core] creates everything over one database and starts the `chores`. May use
/// `model`, `sealing`, `storage` and its own subpackages.
@NullMarked
package dev.muster.directory;

import org.jspecify.annotations.NullMarked;
