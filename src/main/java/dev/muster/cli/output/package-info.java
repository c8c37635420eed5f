/// Prints results: aligned tables, CSV, details of one thing, colours and times. Knows no commands and no server; may
/// use `text` to make strings safe to print, and `model`.
@NullMarked
package dev.muster.cli.output;

import org.jspecify.annotations.NullMarked;
