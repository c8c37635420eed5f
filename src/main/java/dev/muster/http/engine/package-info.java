/// The HTTP engine: it listens, receives requests from Helidon, finds their routes and sends the replies. It contains
/// everything that touches Helidon, as well as the limits against slow and greedy clients, TLS, the access log and the
/// meters. README.md explains why it exists and what to check when Helidon is upgraded.
///
/// The package may use [dev.muster.http], [dev.muster.http.json], its own `limits`, `logging` and `network`. Only the
/// composition root uses it.
@NullMarked
package dev.muster.http.engine;

import org.jspecify.annotations.NullMarked;
