/// HTTP as a dialect sees it: an `HttpApi` has routes and a fault renderer, and a handler answers a decoded,
/// size-limited `Request` with a `Reply`. Also strict parsing of queries and forms, and listener settings.
/// May use `http.json` and `network`; independent of the domain and of Helidon.
@NullMarked
package dev.muster.http;

import org.jspecify.annotations.NullMarked;
