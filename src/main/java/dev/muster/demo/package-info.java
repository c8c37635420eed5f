/// Fills an empty register for `serve --demo`: a tenant with fictional people in various standings, and commands to
/// try. This package writes through the directory, like everything else. It may use `directory`, `security` and
/// `model`, and only `Serve` uses it.
@NullMarked
package dev.muster.demo;

import org.jspecify.annotations.NullMarked;
