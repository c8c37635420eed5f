/// Commands and their results: `Command`, `Write`, `Refusal`, `Result`, `Change` and `Event`. The records
/// they are about are in a package per subject, the rules in `model.rules`. Nothing here knows HTTP, SQL or
/// encryption. Nothing reads a clock or draws random numbers either: callers pass in the time and the random
/// values. Uses only the JDK and JSpecify.
@NullMarked
package dev.muster.model;

import org.jspecify.annotations.NullMarked;
