/// The command line. Each subject has a class that defines its commands, and [Commands] runs a command. Most commands
/// call a running server over HTTP. `serve`, `migrate` and the offline journal check are passed in as [LocalTasks];
/// shell completion and saved profiles need neither. The package may use its subpackages, `model`, `config` and `text`.
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
