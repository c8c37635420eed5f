/// Commands and their results: `Command`, `Write`, `Refusal`, `Result`, `Change` and `Event`. The records that they
/// work on are in one package per subject, and the rules are in `model.rules`. Nothing in `model` depends on HTTP, SQL
/// or encryption, reads a clock or generates random numbers; callers pass in the time and the random values. It uses
/// only the JDK and JSpecify.
@NullMarked
package dev.muster.model;

import org.jspecify.annotations.NullMarked;
