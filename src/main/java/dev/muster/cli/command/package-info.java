/// Building blocks of commands: inputs, their conversion to a request, and the output of the response. The
/// only package besides `cli` that uses picocli.
@NullMarked
package dev.muster.cli.command;

import org.jspecify.annotations.NullMarked;
