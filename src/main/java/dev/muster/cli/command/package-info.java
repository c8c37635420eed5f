/// Building blocks of commands: inputs, the request they become, and how the reply is shown. May use
/// `output`, `shell` and `client`, and also `model` and `text`. Only this package and `cli` use picocli.
@NullMarked
package dev.muster.cli.command;

import org.jspecify.annotations.NullMarked;
