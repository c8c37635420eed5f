/// This package prints results as aligned tables, CSV or the details of one object, with colours and times. It is
/// independent of commands and of the server. It may use `text`, to make strings safe to print, and `model`.
@NullMarked
package dev.muster.cli.output;

import org.jspecify.annotations.NullMarked;
