package dev.muster.console;

import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of a hold in a form.
final class HoldForm {
    /// The field with the end that the page showed, to the millisecond.
    static final String KNOWN = "known";

    /// What is chosen to leave the end as it is.
    static final String KEEP = "keep";

    private static final List<HoldKind> PLACEABLE =
            Arrays.stream(HoldKind.values()).filter(HoldKind::placeable).toList();

    /// Why the form for another hold is not carried out where [#isThere].
    static final Refusal THERE =
            new Refusal.Invalid("label", "taken", "This hold already exists: change it, or use another label.");

    private HoldForm() {}

    /// Placing a hold again changes its reason, note or end. Fields that were not touched stay as they are.
    ///
    /// @param user whose hold it is; null where it may be of many
    static Command hold(FormFields in, @Nullable User user, Instant now) {
        HoldKind kind = kind(in);
        String label = label(in);
        Hold there = user == null ? null : user.holds().get(kind, label);
        return new Command.PlaceHold(
                kind,
                label,
                in.reason(there == null ? null : there.reason()),
                in.note(there == null ? null : there.note()),
                end(in, now));
    }

    static Command release(FormFields in) {
        return new Command.ReleaseHold(kind(in), label(in), null, in.note());
    }

    /// Whether the form is for another hold, not for one that is there.
    static boolean isNew(FormFields in) {
        return in.text("new") != null;
    }

    static boolean isThere(FormFields in, User user) {
        return user.holds().get(kind(in), label(in)) != null;
    }

    private static HoldKind kind(FormFields in) {
        return in.chosen("kind", PLACEABLE, HoldKind::word);
    }

    private static String label(FormFields in) {
        return in.checks().label(in.text("label"));
    }

    /// The end that the form asks for: that which there is, none, so many days after the one there is (or from now
    /// on), or a moment.
    private static @Nullable Instant end(FormFields in, Instant now) {
        Instant given = in.moment("until");
        Instant known = in.exactMoment(KNOWN);
        String end = in.text("end");
        // The field shows no more than minutes: a time that nobody touched is still the exact one.
        boolean untouched = known != null && (given == null || given.equals(known.truncatedTo(ChronoUnit.MINUTES)));
        // A typed time takes precedence over what is chosen above it.
        if (given != null && !untouched) {
            return given;
        }
        return switch (end) {
            case null -> given == null ? null : known;
            case KEEP -> known;
            case "none" -> null;
            case "at" -> {
                if (given == null) {
                    in.fault("until", "missing", "Is required.");
                }
                yield given == null ? null : known;
            }
            default -> {
                if (!end.matches("[0-9]{1,4}")) {
                    in.fault("end", "unknown", "Must be one of the options.");
                    yield null;
                }
                Instant from = known == null || known.isBefore(now) ? now : known;
                Instant later = from.plus(Duration.ofDays(Long.parseLong(end)));
                if (later.isAfter(FormFields.LAST)) {
                    in.fault("until", "too_late", "Must be before the year 10000.");
                }
                yield later;
            }
        };
    }
}
