package dev.muster.directory.events;

import dev.muster.model.Event;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An event in its published form.
///
/// @param id `evt_`, the realm, `_` and the number of the entry, followed by `_s` for `user.standing.changed`
/// @param type the entry's action, or [EventTypes#STANDING_CHANGED]
/// @param seq the number of the journal entry
/// @param at the entry's time
/// @param json the whole object `{"id","type","timestamp","data"}` in UTF-8. For each form of payload, the bytes are
///     always the same until the user is erased. The array must not be modified
public record PublishedEvent(String id, String type, long seq, Instant at, Event.Subject subject, byte[] json) {
    /// The id of an entry's own event.
    public static String id(long realm, long seq) {
        return "evt_" + realm + "_" + seq;
    }

    /// The number of the entry that an event id refers to; null if no event of the realm can have this id.
    public static @Nullable Long seq(long realm, String id) {
        String start = id(realm, 0).replaceFirst("0$", "");
        String rest = id.startsWith(start) ? id.substring(start.length()).replaceFirst("_s$", "") : "";
        return rest.matches("[1-9][0-9]{0,17}") ? Long.valueOf(rest) : null;
    }

    /// The id of the [EventTypes#STANDING_CHANGED] event that follows an entry's event.
    public static String standingId(long realm, long seq) {
        return id(realm, seq) + "_s";
    }
}
