/// Writes log lines in the background. This package uses no other package of Muster. Only `http`, `security` and the
/// root package may use it.
@NullMarked
package dev.muster.logging;

import org.jspecify.annotations.NullMarked;
