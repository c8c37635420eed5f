/// The process around a command: its arguments, environment, standard streams and terminal, the files that it reads and
/// writes, and the exception that ends it with an exit code. This package may use `output` and `text`.
@NullMarked
package dev.muster.cli.shell;

import org.jspecify.annotations.NullMarked;
