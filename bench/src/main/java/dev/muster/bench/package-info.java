/// Measures Muster: starts the real server, loads data through its API, drives it with wrk and reports the results.
/// They are shown next to upper limits (a constant response, the lane alone, the start of a bare server) and next to a
/// peer.
@NullMarked
package dev.muster.bench;

import org.jspecify.annotations.NullMarked;
