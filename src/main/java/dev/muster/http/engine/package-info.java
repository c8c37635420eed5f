/// The HTTP engine: listens, receives requests from Helidon, finds their route and sends the replies.
/// Everything that touches Helidon is here, with the limits against slow and greedy clients, TLS, the access
/// log and the meters. README.md explains why it exists and what to check when Helidon is upgraded.
///
/// It may use [dev.muster.http], [dev.muster.http.json], its own `limits`, `logging` and `network`. Only the
/// composition root uses it.
@NullMarked
package dev.muster.http.engine;

import org.jspecify.annotations.NullMarked;
