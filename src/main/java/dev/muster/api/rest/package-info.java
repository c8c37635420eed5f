/// Muster's own API under `/v1`: JSON, with errors as in RFC 9457. `RestApi` has the routes. Handlers read requests
/// with `RestFields`, send commands with `Writes`, and write results with the `…Json` classes. `RestErrors` renders
/// refusals. The package contains no domain rules and may use what `api` may use.
@NullMarked
package dev.muster.api.rest;

import org.jspecify.annotations.NullMarked;
