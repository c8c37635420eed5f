/// Writes log lines in the background. Uses nothing else of Muster; any package may use it.
@NullMarked
package dev.muster.logging;

import org.jspecify.annotations.NullMarked;
