package dev.muster.console;

import dev.muster.model.Command;
import dev.muster.model.HoldKind;
import dev.muster.model.User;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of a hold in a form.
final class HoldForm {
    private static final List<HoldKind> PLACEABLE =
            Arrays.stream(HoldKind.values()).filter(HoldKind::placeable).toList();

    private HoldForm() {}

    /// Placing again is how a hold is changed: with another reason, note or end.
    static Command hold(Input in, Instant now) {
        return new Command.PlaceHold(kind(in), label(in), in.reason(), in.note(), end(in, now));
    }

    static Command release(Input in) {
        return new Command.ReleaseHold(kind(in), label(in), null, in.note());
    }

    /// Whether the form is for another hold, not for one that is there.
    static boolean isNew(Input in) {
        return in.text("new") != null;
    }

    static boolean isThere(Input in, User user) {
        return user.holds().get(kind(in), label(in)) != null;
    }

    private static HoldKind kind(Input in) {
        HoldKind kind = in.choice("kind", PLACEABLE, HoldKind::word);
        if (kind == null) {
            in.checks().fault("kind", "missing", "Must be chosen.");
        }
        return kind == null ? HoldKind.SUSPENDED : kind;
    }

    private static String label(Input in) {
        return in.checks().label(in.text("label"));
    }

    /// The end that the form asks for: none, so many days after the one there is (or from now on), or a moment.
    private static @Nullable Instant end(Input in, Instant now) {
        Instant given = in.moment("until");
        Instant known = in.moment("known");
        String end = in.text("end");
        // Who typed a time means it, whatever is chosen above it.
        if (given != null && !given.equals(known)) {
            return given;
        }
        return switch (end) {
            case null -> given;
            case "none" -> null;
            case "at" -> {
                if (given == null) {
                    in.checks().fault("until", "missing", "Must be given.");
                }
                yield given;
            }
            default -> {
                if (!end.matches("[0-9]{1,4}")) {
                    in.checks().fault("end", "unknown", "Must be one of those offered.");
                    yield null;
                }
                Instant from = known == null || known.isBefore(now) ? now : known;
                Instant later = from.plus(Duration.ofDays(Long.parseLong(end)));
                if (later.isAfter(Input.LAST)) {
                    in.checks().fault("until", "too_late", "Must be before the year 10000.");
                }
                yield later;
            }
        };
    }
}
