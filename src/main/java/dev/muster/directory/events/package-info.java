/// Events: the journal as published to other systems, in JSON documents with deterministic ids and bytes. An entry is
/// one event, followed by `user.standing.changed` if it changed a user's decision or status. This package reads the
/// journal, contains no business rules and, except in `Events`, checks no permissions. Within `directory`, it may use
/// `keys` and `journal`; outside it, `model`, `sealing` and `storage`.
@NullMarked
package dev.muster.directory.events;

import org.jspecify.annotations.NullMarked;
