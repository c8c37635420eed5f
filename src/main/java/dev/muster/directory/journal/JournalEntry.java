package dev.muster.directory.journal;

import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Changes;
import dev.muster.storage.JournalTables.JournalRow;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A journal entry after it was read. It is unsealed if the key of the person that it is about still exists.
///
/// @param actorName the name of the actor, looked up when the entry was read; null if it is no longer known
/// @param readable false if the sealed part cannot be read, because the person was erased or the entry was altered; in
///     that case, everything sealed is empty or null
/// @param clientRequestId the request id sent by the client; null if there is none
/// @param approvedBy the second operator who approved the actor's request; null if none was needed
/// @param hash the hash of the chain up to and including this entry, 64 hexadecimal digits
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
        String hash) {
    /// Returns the entry from which a row was made, as it would be read back.
    public static JournalEntry of(JournalRow row, Event event, Origin origin, boolean readable) {
        return new JournalEntry(
                row.seq(),
                Instant.ofEpochMilli(event.at().toEpochMilli()),
                event.actor(),
                null,
                origin.dialect(),
                origin.requestId(),
                readable ? origin.clientRequestId() : null,
                event.action().wireName(),
                event.subject(),
                readable ? origin.onBehalfOf() : null,
                readable ? event.reason() : null,
                readable ? event.note() : null,
                readable ? event.changes() : Changes.NONE,
                readable ? event.approvedBy() : null,
                readable,
                HexFormat.of().formatHex(row.hash()));
    }
}
