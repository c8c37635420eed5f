/// Formats output: aligned tables, CSV, details of one object, colours and times, and text that is safe for
/// terminals. Works on JSON and output streams; independent of commands and the server.
@NullMarked
package dev.muster.cli.output;

import org.jspecify.annotations.NullMarked;
