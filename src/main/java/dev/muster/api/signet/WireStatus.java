package dev.muster.api.signet;

import dev.muster.model.Command;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A user's status in this dialect. It has three values for Muster's seven statuses, and a fourth one on the newer
/// page.
enum WireStatus {
    ACTIVE,
    INACTIVE,
    SUSPENDED,

    /// A removed user on the newer page; the original page calls them inactive.
    DELETED;

    static WireStatus of(Holds holds, Instant now, ApiVersion apiVersion) {
        return of(holds.status(now), apiVersion);
    }

    private static WireStatus of(Status status, ApiVersion apiVersion) {
        return switch (status) {
            case ACTIVE -> ACTIVE;
            case REMOVED -> apiVersion == ApiVersion.CLIENT ? DELETED : INACTIVE;
            case DEACTIVATED, BARRED -> INACTIVE;
            case SUSPENDED, BLOCKED, FRAUD -> SUSPENDED;
        };
    }

    /// Parses a status of the given page version; null if unknown.
    static @Nullable WireStatus of(String word, ApiVersion apiVersion) {
        for (WireStatus status : values()) {
            if (status.wireName().equals(word) && (status != DELETED || apiVersion == ApiVersion.CLIENT)) {
                return status;
            }
        }
        return null;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The commands that set this status. They restore a removed user, unless removed users also have this status.
    List<Command> commands(ApiVersion apiVersion) {
        return switch (this) {
            case ACTIVE -> List.of(new Command.Reinstate(null, null));
            case INACTIVE -> {
                Command deactivate = new Command.EnsureHold(HoldKind.DEACTIVATED);
                Command unsuspend = new Command.LiftHold(HoldKind.SUSPENDED);
                yield apiVersion == ApiVersion.USER
                        ? List.of(deactivate, unsuspend)
                        : List.of(deactivate, unsuspend, new Command.Restore(null, null));
            }
            case SUSPENDED ->
                List.of(
                        new Command.EnsureHold(HoldKind.SUSPENDED),
                        new Command.LiftHold(HoldKind.DEACTIVATED),
                        new Command.Restore(null, null));
            case DELETED -> List.of(new Command.Remove(null, null));
        };
    }

    /// A command that refuses the write unless the resulting status is this one.
    Command expectation(ApiVersion apiVersion) {
        EnumSet<Status> statuses = EnumSet.allOf(Status.class);
        statuses.removeIf(status -> of(status, apiVersion) != this);
        return new Command.ExpectStatus(statuses);
    }

    /// Those of `holds` that prevent this status; all of them if none does.
    List<Hold> obstacles(List<Hold> holds, ApiVersion apiVersion) {
        List<Hold> others = holds.stream()
                .filter(hold -> of(Status.of(hold.kind()), apiVersion) != this)
                .toList();
        return others.isEmpty() ? holds : others;
    }
}
