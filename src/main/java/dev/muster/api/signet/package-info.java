/// The `signet` dialect: the partner management API that Signet's clients know, and its token exchange.
/// [Signet] has the routes, [SignetFields] reads what clients send, [WireStatus] is the dialect's view of a
/// standing, [Naming] what a user is called, and [SignetErrors] says every refusal in the dialect's own shape.
/// No rule of the domain is here.
@NullMarked
package dev.muster.api.signet;

import org.jspecify.annotations.NullMarked;
