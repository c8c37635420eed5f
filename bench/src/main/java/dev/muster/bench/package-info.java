/// Measures Muster: starts the real server, loads data over its API, drives it with wrk, and writes down what came out,
/// beside what limits it (a constant answer, the lane alone, a bare server's start) and beside a peer.
@NullMarked
package dev.muster.bench;

import org.jspecify.annotations.NullMarked;
