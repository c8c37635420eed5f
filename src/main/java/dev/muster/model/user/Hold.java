package dev.muster.model.user;

import dev.muster.model.credential.ActorRef;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One independent reason why a user may not act.
///
/// @param label distinguishes holds of the same kind: 1 to 32 of `a-z0-9-`
/// @param reason a short code chosen by the caller, at most 100 characters; null if none was given
/// @param note free text of at most 1,000 characters; null if none was given
/// @param until when it expires; null if it never does
/// @param changed who last changed its reason, note or end after it was placed, and when; null if no one has
public record Hold(
        HoldKind kind,
        String label,
        @Nullable String reason,
        @Nullable String note,
        ActorRef placedBy,
        Instant placedAt,
        @Nullable Instant until,
        @Nullable Alteration changed) {
    /// The default label, which is the only one that vendor dialects use.
    public static final String MAIN = "main";

    /// Who changed a hold, and when.
    public record Alteration(ActorRef by, Instant at) {}

    /// Creates a hold that has not been changed since it was placed.
    public Hold(
            HoldKind kind,
            String label,
            @Nullable String reason,
            @Nullable String note,
            ActorRef placedBy,
            Instant placedAt,
            @Nullable Instant until) {
        this(kind, label, reason, note, placedBy, placedAt, until, null);
    }

    public boolean inEffect(Instant now) {
        return until == null || now.isBefore(until);
    }

    /// The name of the field for this hold in a user's fields, such as `holds.suspended.main`.
    public String field() {
        return "holds." + kind.wireName() + "." + label;
    }

    boolean is(HoldKind otherKind, String otherLabel) {
        return kind == otherKind && label.equals(otherLabel);
    }

    /// Returns a copy with this reason, note and end; the hold itself if they are already the same.
    public Hold with(
            @Nullable String newReason, @Nullable String newNote, @Nullable Instant newUntil, Alteration alteration) {
        boolean same =
                Objects.equals(reason, newReason) && Objects.equals(note, newNote) && Objects.equals(until, newUntil);
        return same ? this : new Hold(kind, label, newReason, newNote, placedBy, placedAt, newUntil, alteration);
    }

    /// Returns a copy without an end; the hold itself if it already has none.
    public Hold withoutEnd(Alteration alteration) {
        return with(reason, note, null, alteration);
    }

    /// Returns a copy without personal data. This does not count as a change of the hold.
    public Hold withoutText() {
        return reason == null && note == null
                ? this
                : new Hold(kind, label, null, null, placedBy, placedAt, until, changed);
    }
}
