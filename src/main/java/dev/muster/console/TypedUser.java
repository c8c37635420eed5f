package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.Directory;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.user.Standing;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Finds the user whom an operator named: by e-mail address, username, external id, number or id, whatever the text
/// looks like. A text that names two users is refused; `username:3` and the like then say which one is meant.
record TypedUser(Directory directory) {
    /// No identifier is longer.
    private static final int LONGEST = 300;

    /// A way to read the text.
    ///
    /// @param word what is written before a text that is to be read this way
    private record Reading(String word, UserRef ref) {}

    /// The user whom the field `user` of a form names.
    ///
    /// @throws RefusedException as the other
    UserRef find(PageVisit visit) {
        return find(visit, visit.fields(), "user");
    }

    /// The user whom the field of that name names, by id.
    ///
    /// @throws RefusedException with Invalid for no text and for one that names several users; with NotFound; with
    ///     Barred
    UserRef find(PageVisit visit, FormFields in, String field) {
        String text = in.text(field);
        if (text == null) {
            throw new RefusedException(new Refusal.Invalid(field, "missing", "Is required."));
        }
        if (text.length() > LONGEST) {
            throw new RefusedException(new Refusal.NotFound("user", text.substring(0, LONGEST) + "…"));
        }
        Reading marked = marked(text);
        UserRef found = find(visit, field, text, readings(text));
        if (found == null && marked != null) {
            found = find(visit, field, text, List.of(marked));
        }
        if (found == null) {
            throw new RefusedException(new Refusal.NotFound("user", text));
        }
        return found;
    }

    private static List<Reading> readings(String text) {
        List<Reading> readings = new ArrayList<>();
        for (String word : List.of("email", "username", "external", "number", "id")) {
            Reading reading = reading(word, text);
            if (reading != null) {
                readings.add(reading);
            }
        }
        return readings;
    }

    /// Null where a text cannot be that.
    private static @Nullable Reading reading(String word, String text) {
        UserRef ref = switch (word) {
            case "email" -> UserRef.identifier(Identifier.Kind.EMAIL, text);
            case "username" -> UserRef.identifier(Identifier.Kind.USERNAME, text);
            case "external" -> UserRef.identifier(Identifier.Kind.EXTERNAL_ID, text);
            case "number" -> text.matches("[0-9]{1,15}") ? UserRef.number(Long.parseLong(text)) : null;
            case "id" -> {
                UUID id = FormFields.uuid(text);
                yield id == null ? null : UserRef.id(id);
            }
            default -> null;
        };
        return ref == null ? null : new Reading(word, ref);
    }

    /// How a text is read that says so itself; null for any other.
    private static @Nullable Reading marked(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? null
                : reading(text.substring(0, colon), text.substring(colon + 1).strip());
    }

    /// The one user whom the readings find; null when they find nobody.
    private @Nullable UserRef find(PageVisit visit, String field, String text, List<Reading> readings) {
        List<Result<Standing>> standings = unlessRefused(directory.standings(
                        visit.actor(),
                        visit.realmId(),
                        readings.stream().map(Reading::ref).toList()))
                .value();
        Set<UUID> found = new LinkedHashSet<>();
        StringJoiner ways = new StringJoiner(" or ");
        Refusal barred = null;
        for (int i = 0; i < readings.size(); i++) {
            switch (standings.get(i)) {
                case Result.Ok<Standing>(var standing) -> {
                    if (found.add(standing.userId())) {
                        ways.add(readings.get(i).word() + ":" + text);
                    }
                }
                case Result.Refused<Standing>(Refusal.Barred refusal) -> barred = refusal;
                case Result.Refused<Standing> _ -> {}
            }
        }
        if (found.size() > 1) {
            throw new RefusedException(
                    new Refusal.Invalid(field, "ambiguous", "Several users match: write " + ways + "."));
        }
        if (found.isEmpty() && barred != null) {
            throw new RefusedException(barred);
        }
        return found.isEmpty() ? null : UserRef.id(found.iterator().next());
    }
}
