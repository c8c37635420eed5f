/// The HTTP engine: listens, receives requests from Helidon, finds their route and sends the replies. Everything
/// that touches Helidon is here, with the limits against slow and greedy clients, TLS, the access log and the
/// meters. README.md tells why it exists and what to check at the next version of Helidon.
///
/// It uses [dev.muster.http], [dev.muster.http.json] and its own `limits`; nothing uses it but the
/// composition root.
@NullMarked
package dev.muster.http.engine;

import org.jspecify.annotations.NullMarked;
