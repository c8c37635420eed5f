/// Fills an empty register for `serve --demo`: a tenant with fictional people in various standings, and
/// commands to try. It writes through the directory like everything else. Only `Serve` uses it.
/// May use `directory`, `security` and `model`.
@NullMarked
package dev.muster.demo;

import org.jspecify.annotations.NullMarked;
