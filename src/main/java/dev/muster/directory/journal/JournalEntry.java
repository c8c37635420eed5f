package dev.muster.directory.journal;

import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Changes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A journal entry as it is read, unsealed if the key of the person it is about still exists.
///
/// @param actorName looked up when read; null if it is no longer known
/// @param readable false if the sealed part cannot be read, because the person was erased or the entry was
///     altered: everything sealed is empty or null then
/// @param clientRequestId the request id sent by the client; null if none
/// @param approvedBy the second operator, who approved the actor's request; null if none was needed
/// @param hash the chain's hash up to and including this entry, 64 hexadecimal digits
public record JournalEntry(
        long seq,
        Instant at,
        ActorRef actor,
        @Nullable String actorName,
        String dialect,
        String requestId,
        @Nullable String clientRequestId,
        String action,
        Event.Subject subject,
        @Nullable String onBehalfOf,
        @Nullable String reason,
        @Nullable String note,
        Changes changes,
        @Nullable ActorRef approvedBy,
        boolean readable,
        String hash) {}
