/// The command line: one class for the commands of each subject, and [Commands], which runs one. Most
/// commands call a running server over HTTP. `serve`, `migrate` and the offline journal check are passed in
/// as [LocalTasks]; shell completion and saved profiles need neither. May use its subpackages, `model`,
/// `config` and `text`.
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
