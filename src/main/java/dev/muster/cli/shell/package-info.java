/// The process environment of a command: arguments, environment variables, standard streams, the terminal and
/// the files that it reads and writes; and the exception that ends a command with an exit code.
@NullMarked
package dev.muster.cli.shell;

import org.jspecify.annotations.NullMarked;
