package dev.muster.model.user;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The holds of a user: at most one of each kind and label, ordered by severity and then by label. Immutable: placing
/// or releasing a hold returns a copy and never affects a hold of another kind or label.
public record Holds(List<Hold> all) {
    public static final Holds NONE = new Holds(List.of());

    private static final Comparator<Hold> ORDER =
            Comparator.comparing(Hold::kind).thenComparing(Hold::label);

    public Holds {
        all = all.size() < 2 ? List.copyOf(all) : all.stream().sorted(ORDER).toList();
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    public @Nullable Hold get(HoldKind kind, String label) {
        for (Hold hold : all) {
            if (hold.is(kind, label)) {
                return hold;
            }
        }
        return null;
    }

    /// Whether there is a hold of this kind, in effect or expired.
    public boolean has(HoldKind kind) {
        // This is a loop rather than a stream, because counters call it a dozen times per changed user.
        for (Hold hold : all) {
            if (hold.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    /// Returns a copy with `hold`, which replaces any hold of the same kind and label.
    public Holds with(Hold hold) {
        List<Hold> next = new ArrayList<>(all.size() + 1);
        for (Hold other : all) {
            if (!other.is(hold.kind(), hold.label())) {
                next.add(other);
            }
        }
        next.add(hold);
        return new Holds(next);
    }

    public Holds without(HoldKind kind, String label) {
        return only(hold -> !hold.is(kind, label));
    }

    /// The holds that have not expired at `now`.
    public Holds at(Instant now) {
        return isEmpty() ? this : only(hold -> hold.inEffect(now));
    }

    public Holds only(Predicate<Hold> kept) {
        for (Hold hold : all) {
            if (!kept.test(hold)) {
                return new Holds(all.stream().filter(kept).toList());
            }
        }
        return this;
    }

    public Holds each(UnaryOperator<Hold> change) {
        return new Holds(all.stream().map(change).toList());
    }

    /// The holds that are in effect at `now` and deny the user access.
    public List<Hold> denying(Instant now) {
        return all.stream()
                .filter(hold -> hold.kind().decision() == Decision.DENY && hold.inEffect(now))
                .toList();
    }

    /// The combined decision at `now`.
    public Decision decision(Instant now) {
        Decision decision = Decision.ALLOW;
        for (Hold hold : all) {
            if (hold.inEffect(now) && hold.kind().decision().compareTo(decision) > 0) {
                decision = hold.kind().decision();
            }
        }
        return decision;
    }

    /// The status at `now`: that of the most severe hold in effect, or active if there is none.
    public Status status(Instant now) {
        for (Hold hold : all) {
            if (hold.inEffect(now)) {
                return Status.of(hold.kind());
            }
        }
        return Status.ACTIVE;
    }

    /// The earliest end of any hold; null if no hold has an end.
    public @Nullable Instant nextEnd() {
        Instant next = null;
        for (Hold hold : all) {
            Instant until = hold.until();
            if (until != null && (next == null || until.isBefore(next))) {
                next = until;
            }
        }
        return next;
    }

    /// The kinds of these holds as one number: the union of their [HoldKind#bit]s.
    public int kinds() {
        int kinds = 0;
        for (Hold hold : all) {
            kinds |= hold.kind().bit();
        }
        return kinds;
    }
}
