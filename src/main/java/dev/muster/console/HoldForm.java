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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The fields of a form about a hold.
final class HoldForm {
    /// The hidden field with the end that the page showed, to the millisecond.
    static final String KNOWN = "known";

    /// The option that keeps the current end.
    static final String KEEP = "keep";

    private static final List<HoldKind> PLACEABLE =
            Arrays.stream(HoldKind.values()).filter(HoldKind::placeable).toList();

    /// The code of [#ALREADY_EXISTS]; its message is shown without the field's label.
    static final String ALREADY_EXISTS_CODE = "hold_exists";

    /// The refusal of *Place a hold* if the hold already exists.
    static final Refusal ALREADY_EXISTS = new Refusal.Invalid(
            "label", ALREADY_EXISTS_CODE, "This hold already exists: change it, or use another label.");

    private HoldForm() {}

    /// Returns the command that places a hold or, if the hold exists, changes its reason, note or end. Fields that
    /// were not edited stay the same.
    ///
    /// @param user the user whose hold it is; null for a form about many users
    static Command.PlaceHold hold(FormFields in, @Nullable User user, Instant now) {
        HoldKind kind = kind(in);
        String label = label(in);
        Hold there = user == null ? null : user.holds().get(kind, label);
        Instant end = end(in, now);
        if (in.text("extend") != null && there != null) {
            requireLater(in, there.until(), end);
        }
        return new Command.PlaceHold(
                kind,
                label,
                in.reason(there == null ? null : there.reason()),
                in.note(there == null ? null : there.note()),
                end);
    }

    /// Records a fault if *Extend* would shorten the hold, which only *Edit* may do.
    private static void requireLater(FormFields in, @Nullable Instant present, @Nullable Instant end) {
        if (present != null && end != null && end.isBefore(present)) {
            in.fault(
                    "until",
                    "earlier",
                    "Must not be before the present end, " + Labels.time(present) + ". To shorten the hold, edit it.");
        }
    }

    /// Encodes the kind and the end of a hold for [#nowEnds].
    static String ended(Hold hold) {
        Instant until = hold.until();
        return hold.kind().wireName() + " " + (until == null ? "none" : until);
    }

    /// Returns the message about a hold's new end, such as `The suspension now ends on 3 Dec 2026 14:00 UTC.`
    ///
    /// @param ended the kind and the end, as encoded by [#ended]
    static String nowEnds(String ended) {
        int space = ended.indexOf(' ');
        String kind = ended.substring(0, space);
        String end = ended.substring(space + 1);
        return "The "
                + PLACEABLE.stream()
                        .filter(each -> each.wireName().equals(kind))
                        .map(Sentence::noun)
                        .findFirst()
                        .orElse("hold")
                + (end.equals("none") ? " now has no end." : " now ends on " + Labels.time(Instant.parse(end)) + ".");
    }

    /// Returns the hold that the form names if its end has changed; otherwise null.
    static @Nullable Hold withNewEnd(FormFields in, User before, User after) {
        Hold was = before.holds().get(kind(in), label(in));
        Hold is = after.holds().get(kind(in), label(in));
        return was == null || is == null || Objects.equals(was.until(), is.until()) ? null : is;
    }

    static Command release(FormFields in) {
        return new Command.ReleaseHold(kind(in), label(in), null, in.note());
    }

    /// Whether the form places a new hold rather than changing an existing one.
    static boolean isNew(FormFields in) {
        return in.text("new") != null;
    }

    static boolean isThere(FormFields in, User user) {
        return user.holds().get(kind(in), label(in)) != null;
    }

    private static HoldKind kind(FormFields in) {
        return in.chosen("kind", PLACEABLE, HoldKind::wireName);
    }

    private static String label(FormFields in) {
        return in.checks().label(in.text("label"));
    }

    /// Reads the end chosen in the form: the current end, no end, a number of days after the current end (or after
    /// now, if that is later), or a given time.
    private static @Nullable Instant end(FormFields in, Instant now) {
        Instant given = in.moment("until");
        Instant known = in.exactMoment(KNOWN);
        String end = in.text("end");
        // The field shows only minutes, so a time that was not edited means the exact end.
        boolean untouched = known != null && (given == null || given.equals(known.truncatedTo(ChronoUnit.MINUTES)));
        // A typed time takes precedence over the option chosen above it.
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
                if (later.isAfter(FormFields.MAX_INSTANT)) {
                    in.fault("until", "too_late", "Must be before the year 10000.");
                }
                yield later;
            }
        };
    }
}
