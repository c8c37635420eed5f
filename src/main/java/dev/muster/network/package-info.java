/// Blocks of network addresses. Uses nothing but the JDK; settings, the HTTP engine and the limits on
/// guessing use it.
@NullMarked
package dev.muster.network;

import org.jspecify.annotations.NullMarked;
