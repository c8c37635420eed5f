/// The building blocks of commands: inputs, the requests that are made from them, and views of the replies. This
/// package may use `output`, `shell` and `client`, and also `model` and `text`. Only this package and `cli` use
/// picocli.
@NullMarked
package dev.muster.cli.command;

import org.jspecify.annotations.NullMarked;
