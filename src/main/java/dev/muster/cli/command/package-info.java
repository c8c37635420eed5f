/// Building blocks of commands: inputs, the request they become, and how the reply is shown. May use the
/// other packages of `cli`; besides `cli` itself, only this package uses picocli.
@NullMarked
package dev.muster.cli.command;

import org.jspecify.annotations.NullMarked;
