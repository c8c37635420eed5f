/// The HTTP engine: routes, request, reply, limits, request ids, access log, and the reading and writing of
/// JSON and forms. It knows no domain and none of the headers of writes. A dialect gives it a
/// [dev.muster.http.HttpApi] - a name, routes, and words for what the engine itself refuses - and gets requests
/// that are already decoded, bounded and named. Helidon does the protocol; what this package adds is
/// strictness, limits against slow and greedy clients, and one shape for every refusal.
@NullMarked
package dev.muster.http;

import org.jspecify.annotations.NullMarked;
