/// Webhooks: the endpoints that receive a realm's events, and their settings. Uses `model.value` and
/// `model.credential` only.
@NullMarked
package dev.muster.model.webhook;

import org.jspecify.annotations.NullMarked;
