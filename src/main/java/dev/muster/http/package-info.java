/// HTTP as a dialect sees it: an `HttpApi` has routes and error texts, a handler turns a decoded, bounded
/// `Request` into a `Reply`. Also strict parsing of queries and forms, and listener settings. May use
/// `http.json`; knows neither the domain nor Helidon.
@NullMarked
package dev.muster.http;

import org.jspecify.annotations.NullMarked;
