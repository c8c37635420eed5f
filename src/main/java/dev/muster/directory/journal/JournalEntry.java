package dev.muster.directory.journal;

import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Changes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A journal entry as it is read: opened, where the key of the person it is about still exists.
///
/// @param actorName looked up when read; null when it is not known any more
/// @param readable false when the person was erased: then everything sealed is empty or null
/// @param clientRequestId the id that the client gave its request; null if it gave none
/// @param approvedBy the second operator, who approved what the actor asked for; null where none was needed
/// @param hash the chain's hash with this entry as its last, 64 hexadecimal digits
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
