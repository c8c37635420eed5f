/// Delivers events to webhooks. A dispatcher takes the lease of each active webhook that no other server holds, and one
/// endpoint for each lease sends its events: in order for each subject, with retries. The events that remain to be sent
/// are derived from the journal and a cursor; only events that are set aside have rows of their own. Nothing is lost if
/// a server fails.
///
/// Within `directory`, this package may use `keys`, `journal`, `lane`, `chores` and `events`; outside it, `model`,
/// `sealing`, `storage` and `outgoing`.
@NullMarked
package dev.muster.directory.delivery;

import org.jspecify.annotations.NullMarked;
