package dev.muster.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One independent reason why a user may not act.
///
/// @param label tells holds of one kind apart: 1 to 32 of `a-z0-9-`
/// @param reason a short code of the caller's, at most 100 characters
/// @param note free text, at most 1,000 characters
/// @param until the instant at which it is over by itself; null for never
public record Hold(
        HoldKind kind,
        String label,
        @Nullable String reason,
        @Nullable String note,
        ActorRef placedBy,
        Instant placedAt,
        @Nullable Instant until) {
    /// The label of a hold that was given none, and the only one that vendor dialects know.
    public static final String MAIN = "main";

    public boolean inEffect(Instant now) {
        return until == null || now.isBefore(until);
    }

    /// The name of this hold among a user's fields: `holds.suspended.main`.
    public String field() {
        return "holds." + kind.word() + "." + label;
    }

    boolean is(HoldKind otherKind, String otherLabel) {
        return kind == otherKind && label.equals(otherLabel);
    }

    Hold withoutEnd() {
        return until == null ? this : new Hold(kind, label, reason, note, placedBy, placedAt, null);
    }

    Hold withoutWords() {
        return reason == null && note == null ? this : new Hold(kind, label, null, null, placedBy, placedAt, until);
    }
}
