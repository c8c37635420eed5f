/// Delivers events to webhooks. A dispatcher holds a lease on each active webhook of which no other server has one,
/// and an endpoint for each lease sends its events: in order for each subject, with retries. What remains to be
/// sent follows from the journal and a cursor, so nothing is queued anywhere, and nothing is lost with a server.
///
/// Within `directory` it may use `keys`, `journal`, `lane`, `chores` and `events`; outside it, `model`, `sealing`,
/// `storage` and `outgoing`.
@NullMarked
package dev.muster.directory.delivery;

import org.jspecify.annotations.NullMarked;
