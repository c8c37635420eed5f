/// Blocks of network addresses, for settings, the HTTP engine and the limits on guessing. This package uses only the
/// JDK.
@NullMarked
package dev.muster.network;

import org.jspecify.annotations.NullMarked;
