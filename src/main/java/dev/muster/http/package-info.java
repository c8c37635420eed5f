/// HTTP as a dialect sees it: an `HttpApi` has routes and a fault renderer, and a handler answers a decoded,
/// size-limited `Request` with a `Reply`. The package also contains the listener settings and strict parsers for
/// queries and forms. It may use `http.json` and `network`, and is independent of the domain and of Helidon.
@NullMarked
package dev.muster.http;

import org.jspecify.annotations.NullMarked;
