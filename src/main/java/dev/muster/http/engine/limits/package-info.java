/// The limits that keep one client from using up a server: how many may do something at a time, how much
/// memory requests hold, how quickly a body must arrive, and which connections are closed when there are too
/// many. Uses [dev.muster.http]; knows nothing of Helidon.
@NullMarked
package dev.muster.http.engine.limits;

import org.jspecify.annotations.NullMarked;
