/// Muster's own API under `/v1`: JSON in, JSON out, errors as RFC 9457 shapes them. [dev.muster.api.rest.RestApi] is
/// the
/// table of routes. A handler reads its request through [dev.muster.api.rest.RestFields] and hands commands to the
/// directory through [dev.muster.api.rest.Writes]; `RestJson` and the other `…Json` write the result.
/// [dev.muster.api.rest.RestErrors] renders refusals in the default words. Nothing is decided here.
@NullMarked
package dev.muster.api.rest;

import org.jspecify.annotations.NullMarked;
