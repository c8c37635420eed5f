/// What can be asked of a realm and what comes of it: `Command`, `Write`, `Refusal`, `Result`, `Change` and
/// `Event`. The records they speak of are in a package for each subject, the rules in `model.rules`. Nothing
/// here knows HTTP, SQL or cryptography, reads a clock or draws a random number: callers pass them in.
@NullMarked
package dev.muster.model;

import org.jspecify.annotations.NullMarked;
