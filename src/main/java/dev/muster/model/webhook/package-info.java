/// Webhooks: the endpoints that are told of a realm's events, and their settings. Uses `model.value` and
/// `model.credential` only.
@NullMarked
package dev.muster.model.webhook;

import org.jspecify.annotations.NullMarked;
