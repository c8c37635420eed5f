/// Commands and their results: `Command`, `Write`, `Refusal`, `Result`, `Change` and `Event`. The records
/// they are about are in a package per subject, the rules in `model.rules`. Nothing here knows HTTP, SQL or
/// cryptography, reads a clock or draws random numbers: callers pass them in.
@NullMarked
package dev.muster.model;

import org.jspecify.annotations.NullMarked;
