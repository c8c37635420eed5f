/// The process around a command: arguments, environment, standard streams, the terminal and the files that it reads
/// and writes; and the exception that ends a command with an exit code.
@NullMarked
package dev.muster.cli.shell;

import org.jspecify.annotations.NullMarked;
