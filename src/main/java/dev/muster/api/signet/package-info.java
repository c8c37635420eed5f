/// The `signet` dialect: the partner management API of Signet's clients, and its token exchange. [SignetApi]
/// has the routes, [SignetFields] reads requests, [WireStatus] maps a standing to the dialect's status,
/// [Naming] has the word for a user, and [SignetErrors] renders refusals. Has no domain rules.
@NullMarked
package dev.muster.api.signet;

import org.jspecify.annotations.NullMarked;
