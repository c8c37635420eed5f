/// Writing log lines in the background. Knows no other part of Muster.
@NullMarked
package dev.muster.logging;

import org.jspecify.annotations.NullMarked;
