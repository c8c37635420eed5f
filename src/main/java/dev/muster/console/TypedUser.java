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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds a user by a typed e-mail address, username, external id, number or id. Input that matches several users is
/// refused; a prefix, as in `username:3`, then says which one is meant.
record TypedUser(Directory directory) {
    /// The maximum length of an input. No identifier is this long.
    private static final int MAX_LENGTH = 300;

    /// The number of inputs per lookup.
    private static final int BATCH_SIZE = 150;

    /// One interpretation of the text.
    ///
    /// @param wireName the prefix that selects it
    private record Interpretation(String wireName, UserRef ref) {}

    /// Finds the user named in the form's field `user`.
    ///
    /// @throws RefusedException as [#find(PageVisit, FormFields, String)] does
    UserRef find(PageVisit visit) {
        return find(visit, visit.fields(), "user");
    }

    /// Finds the user named in a field, and returns a reference by id.
    ///
    /// @throws RefusedException with Invalid if the text is missing or matches several users, with NotFound if it
    ///     matches none, or with Barred if the user is barred
    UserRef find(PageVisit visit, FormFields in, String field) {
        String text = in.text(field);
        if (text == null) {
            throw new RefusedException(new Refusal.Invalid(field, "missing", "Is required."));
        }
        return UserRef.id(unlessRefused(find(visit, field, List.of(text)).getFirst()));
    }

    /// Finds the user named by each input, and returns the results in the order of the inputs. Refuses: Invalid if
    /// several users match; NotFound if none matches; Barred if the user is barred.
    ///
    /// @throws RefusedException if the operator may not read users, or storage is unavailable
    List<Result<UUID>> find(PageVisit visit, String field, List<String> texts) {
        List<Result<UUID>> found = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i += BATCH_SIZE) {
            List<String> part = texts.subList(i, Math.min(texts.size(), i + BATCH_SIZE));
            List<UserRef> refs = part.stream()
                    .flatMap(text -> Stream.concat(readings(text).stream(), marked(text).stream()))
                    .map(Interpretation::ref)
                    .distinct()
                    .toList();
            List<Result<Standing>> standings = unlessRefused(directory.standings(visit.actor(), visit.realmId(), refs))
                    .value();
            Map<UserRef, Result<Standing>> answers = new HashMap<>();
            for (int n = 0; n < refs.size(); n++) {
                answers.put(refs.get(n), standings.get(n));
            }
            part.forEach(text -> found.add(named(field, text, answers)));
        }
        return found;
    }

    private static Result<UUID> named(String field, String text, Map<UserRef, Result<Standing>> answers) {
        Result<UUID> plain = named(field, text, readings(text), answers);
        return plain instanceof Result.Refused<UUID>(Refusal.NotFound _)
                ? named(field, text, marked(text), answers)
                : plain;
    }

    private static List<Interpretation> readings(String text) {
        List<Interpretation> readings = new ArrayList<>();
        if (text.length() > MAX_LENGTH) {
            return readings;
        }
        for (String word : List.of("email", "username", "external", "number", "id")) {
            Interpretation reading = reading(word, text);
            if (reading != null) {
                readings.add(reading);
            }
        }
        return readings;
    }

    /// Returns the interpretation of a text under this prefix; null if the text is not valid for it.
    private static @Nullable Interpretation reading(String word, String text) {
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
        return ref == null ? null : new Interpretation(word, ref);
    }

    /// Returns the interpretation that an input such as `username:3` names explicitly; empty if it names none.
    private static List<Interpretation> marked(String text) {
        int colon = text.indexOf(':');
        Interpretation reading = colon < 0 || text.length() > MAX_LENGTH
                ? null
                : reading(text.substring(0, colon), text.substring(colon + 1).strip());
        return reading == null ? List.of() : List.of(reading);
    }

    private static Result<UUID> named(
            String field, String text, List<Interpretation> readings, Map<UserRef, Result<Standing>> answers) {
        Set<UUID> found = new LinkedHashSet<>();
        StringJoiner ways = new StringJoiner(" or ");
        Refusal refusal =
                new Refusal.NotFound("user", text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text);
        for (Interpretation reading : readings) {
            switch (Objects.requireNonNull(answers.get(reading.ref()))) {
                case Result.Ok<Standing>(var standing) -> {
                    if (found.add(standing.userId())) {
                        ways.add(reading.wireName() + ":" + text);
                    }
                }
                case Result.Refused<Standing>(Refusal.Barred barred) -> refusal = barred;
                case Result.Refused<Standing> _ -> {}
            }
        }
        if (found.size() > 1) {
            return Result.refused(new Refusal.Invalid(field, "ambiguous", "Several users match: write " + ways + "."));
        }
        return found.isEmpty()
                ? Result.refused(refusal)
                : Result.ok(found.iterator().next());
    }
}
