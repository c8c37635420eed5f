/// Webhooks: the endpoints that receive a realm's events, and their settings. This package may use only `model.value`
/// and `model.credential`.
@NullMarked
package dev.muster.model.webhook;

import org.jspecify.annotations.NullMarked;
