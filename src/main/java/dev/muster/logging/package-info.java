/// Writes log lines in the background. Uses nothing else of Muster. Only `http`, `security` and the
/// root package may use it.
@NullMarked
package dev.muster.logging;

import org.jspecify.annotations.NullMarked;
