/// The command line: one class for the commands of each subject, and [Commands], which runs one. All except
/// `serve`, `migrate` and the offline journal check (passed in as [LocalTasks]) call a running server over
/// HTTP. May use its subpackages, `model`, `config` and `text`.
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
