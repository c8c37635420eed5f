/// The process around a command: arguments, environment, standard streams, the terminal, the files that it
/// reads and writes, and the exception that ends a command with an exit code. May use `output` and `text`.
@NullMarked
package dev.muster.cli.shell;

import org.jspecify.annotations.NullMarked;
