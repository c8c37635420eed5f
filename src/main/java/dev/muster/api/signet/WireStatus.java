package dev.muster.api.signet;

import dev.muster.model.Command;
import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.Holds;
import dev.muster.model.Status;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A user's standing as this dialect's clients know it: three words for seven statuses.
enum WireStatus {
    ACTIVE,
    INACTIVE,
    SUSPENDED;

    static WireStatus of(Holds holds, Instant now) {
        return of(holds.status(now));
    }

    private static WireStatus of(Status status) {
        return switch (status) {
            case ACTIVE -> ACTIVE;
            case DEACTIVATED, REMOVED, BARRED -> INACTIVE;
            case SUSPENDED, BLOCKED, FRAUD -> SUSPENDED;
        };
    }

    /// The status of that word, or null.
    static @Nullable WireStatus of(String word) {
        for (WireStatus status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        return null;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What sets it. Reinstating opens a removed user for commands on their fields, so these go before such.
    List<Command> commands() {
        return switch (this) {
            case ACTIVE -> List.of(new Command.Reinstate(null, null));
            case INACTIVE ->
                List.of(new Command.AssertHold(HoldKind.DEACTIVATED), new Command.LiftHold(HoldKind.SUSPENDED));
            case SUSPENDED ->
                List.of(new Command.AssertHold(HoldKind.SUSPENDED), new Command.LiftHold(HoldKind.DEACTIVATED));
        };
    }

    /// What refuses the request unless this is the status in the end.
    Command expectation() {
        EnumSet<Status> statuses = EnumSet.allOf(Status.class);
        statuses.removeIf(status -> of(status) != this);
        return new Command.ExpectStatus(statuses);
    }

    /// Those of `holds` that stand in the way of this status, rather than make it.
    List<Hold> obstacles(List<Hold> holds) {
        List<Hold> others = holds.stream()
                .filter(hold -> of(Status.of(hold.kind())) != this)
                .toList();
        return others.isEmpty() ? holds : others;
    }
}
