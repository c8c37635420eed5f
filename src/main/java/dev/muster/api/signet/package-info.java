/// The `signet` dialect: the partner management API that Signet's clients know, and its token exchange. [SignetApi] has
/// the routes, [SignetFields] reads what clients send, [WireStatus] maps a standing to the dialect's status,
/// [ApiVersion] has the word for a user, and [SignetErrors] words every refusal. The package contains no domain rules
/// and may use what `api` may use.
@NullMarked
package dev.muster.api.signet;

import org.jspecify.annotations.NullMarked;
