/// Measures Muster: starts the real server, loads data through its API, drives it with wrk and reports the results.
/// The report compares them with the limits of what is possible (a constant response, the lane alone, the start of a
/// bare server) and with a peer.
@NullMarked
package dev.muster.bench;

import org.jspecify.annotations.NullMarked;
