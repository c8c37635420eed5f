/// Prints answers: aligned tables, CSV, details of one thing, colours and times, and text made safe for
/// terminals. Knows no commands and no server; may use `model` for names and limits.
@NullMarked
package dev.muster.cli.output;

import org.jspecify.annotations.NullMarked;
