/// Muster's own API under `/v1`: JSON in, JSON out, RFC 9457 problems. [dev.muster.api.rest.RestApi] is its
/// table of routes. A handler reads its request through [dev.muster.api.rest.RestFields], hands commands to the
/// directory through [dev.muster.api.rest.Writes], and a writer of this package puts the result into JSON.
/// Every refusal is worded in [dev.muster.api.rest.RestErrors], and nothing is decided here.
@NullMarked
package dev.muster.api.rest;

import org.jspecify.annotations.NullMarked;
