/// How answers are printed: aligned tables, CSV, details of one thing, colours and times, and text made safe for
/// terminals. Knows JSON and output streams, but no commands and no server.
@NullMarked
package dev.muster.cli.output;

import org.jspecify.annotations.NullMarked;
