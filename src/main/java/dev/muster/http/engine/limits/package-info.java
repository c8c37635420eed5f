/// The limits that keep one client from exhausting a server: concurrency, the memory of requests, the minimum speed of
/// bodies, and eviction of connections. The package uses [dev.muster.http] and [dev.muster.network] and does not depend
/// on Helidon.
@NullMarked
package dev.muster.http.engine.limits;

import org.jspecify.annotations.NullMarked;
