/// The limits that keep one client from exhausting a server: concurrency, the memory of requests, the minimum
/// speed of bodies, and eviction of connections. Uses [dev.muster.http] and [dev.muster.network];
/// does not depend on Helidon.
@NullMarked
package dev.muster.http.engine.limits;

import org.jspecify.annotations.NullMarked;
