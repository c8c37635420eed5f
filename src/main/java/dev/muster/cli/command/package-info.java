/// Building blocks of commands: inputs, the request they become, and how the reply is shown. Besides `cli`,
/// the only package that uses picocli.
@NullMarked
package dev.muster.cli.command;

import org.jspecify.annotations.NullMarked;
