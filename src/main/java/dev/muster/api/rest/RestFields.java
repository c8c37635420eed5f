package dev.muster.api.rest;

import dev.muster.api.FieldReader;
import dev.muster.api.RefusedException;
import dev.muster.http.Fault;
import dev.muster.http.Request;
import dev.muster.http.json.Json;
import dev.muster.model.Refusal;
import dev.muster.model.user.Card;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads the path, query and body of one request. [#check] refuses a request with all its errors, including unknown
/// parameters and fields.
final class RestFields extends FieldReader {
    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final UserRef NO_USER = UserRef.number(0);
    private static final UUID NO_ID = new UUID(0, 0);
    private static final List<Boolean> FLAGS = List.of(true, false);

    /// The names of the parameters that the route reads. There are few, so a list is faster than a set.
    private final List<String> knownParameters = new ArrayList<>();
    private boolean checked;

    RestFields(Request request) {
        super(request, Map.of(), Phrases.DEFAULT);
    }

    /// Finishes reading.
    ///
    /// @throws RefusedException with all errors, if there are any
    @Override
    public void check() {
        if (checked) {
            return;
        }
        checked = true;
        for (String name : request().queryNames()) {
            if (!knownParameters.contains(name)) {
                fault(name, UNKNOWN, "There is no such parameter.");
            }
        }
        refuseUnknown();
        super.check();
    }

    // The path.

    /// The reference to a user in the path parameter `{ref}`; [#NO_USER] after an error.
    UserRef ref() {
        UserRef ref = UserRefs.parse(request().path("ref"));
        if (ref == null) {
            fault("ref", "not_a_ref", UserRefs.FORMS);
            return NO_USER;
        }
        return ref;
    }

    /// The external id in the path parameter `{ref}`; the user need not exist. Null after an error.
    @Nullable
    Identifier externalRef() {
        String text = request().path("ref");
        if (!text.startsWith(UserRefs.EXTERNAL)) {
            fault("ref", "not_external", "Must be external: and an external id.");
            return null;
        }
        return checked(
                "ref",
                checks -> checks.identifier(Identifier.Kind.EXTERNAL_ID, text.substring(UserRefs.EXTERNAL.length())));
    }

    /// An id in the path.
    ///
    /// @throws RefusedException with NotFound if the parameter is not a UUID
    UUID id(String parameter, String what) {
        String text = request().path(parameter);
        UUID id = RestFields.uuid(text);
        if (id == null) {
            throw new RefusedException(new Refusal.NotFound(what, text));
        }
        return id;
    }

    // The query.

    /// A query parameter, which must not be empty or repeated; null if absent or invalid.
    @Nullable
    String parameter(String name) {
        knownParameters.add(name);
        List<String> values = request().queryValues(name);
        if (values.size() > 1) {
            fault(name, "repeated", "Must be given once.");
            return null;
        }
        if (values.isEmpty()) {
            return null;
        }
        if (values.getFirst().isEmpty()) {
            fault(name, "blank", "Must not be blank.");
            return null;
        }
        return values.getFirst();
    }

    @Nullable
    Long integerParameter(String name, long min, long max) {
        String text = parameter(name);
        if (text == null) {
            return null;
        }
        boolean digits = text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long number = digits ? Long.parseLong(text) : -1;
        if (number < min || number > max) {
            fault(name, RANGE, "A whole number from " + min + " to " + max + " is expected.");
            return null;
        }
        return number;
    }

    boolean flagParameter(String name) {
        Boolean flag = choiceParameter(name, FLAGS, String::valueOf);
        return flag != null && flag;
    }

    @Nullable
    Instant instantParameter(String name) {
        return instant(name, parameter(name));
    }

    /// A reference to a user in the query; null if absent or invalid.
    @Nullable
    UserRef refParameter(String name) {
        String text = parameter(name);
        UserRef ref = text == null ? null : UserRefs.parse(text);
        if (text != null && ref == null) {
            fault(name, "not_a_ref", UserRefs.FORMS);
        }
        return ref;
    }

    /// A comma-separated subset of `choices`; empty if absent.
    <T> Set<T> choicesParameter(String name, List<T> choices, Function<T, String> word) {
        String text = parameter(name);
        Set<T> chosen = new LinkedHashSet<>();
        for (String part : text == null ? new String[0] : text.split(",", -1)) {
            T choice = choice(name, part, choices, word);
            if (choice == null) {
                break;
            }
            chosen.add(choice);
        }
        return chosen;
    }

    /// A query parameter with one of `choices`; null if absent or invalid.
    <T> @Nullable T choiceParameter(String name, List<T> choices, Function<T, String> word) {
        return choice(name, parameter(name), choices, word);
    }

    // The body.

    /// Expects a JSON object as the body.
    RestFields withBody() {
        expect(JSON);
        return read();
    }

    /// Expects a JSON merge patch (RFC 7396) as the body.
    RestFields withPatch() {
        expect(MERGE_PATCH, JSON);
        return read();
    }

    /// Expects a JSON object as the body; an empty body counts as an object without fields.
    RestFields withOptionalBody() {
        return request().body().length == 0 ? this : withBody();
    }

    private void expect(String... types) {
        if (!List.of(types).contains(request().contentType())) {
            throw new FaultException(
                    new Fault.UnsupportedCoding("The content type must be " + String.join(" or ", types) + "."));
        }
    }

    private RestFields read() {
        switch (Json.read(request().body())) {
            case Json.Result.Value(var value) -> read(value);
            case Json.Result.Malformed(var message) -> throw FaultException.malformed(message);
        }
        return this;
    }

    /// A line of at most `longest` characters; null if absent or null.
    @Nullable
    String line(String field, int longest) {
        return checks().line(field, optionalText(field), longest);
    }

    /// A required line.
    String requiredLine(String field, int longest) {
        String line = checks().visibleLine(field, required(field), longest);
        return line == null ? "" : line;
    }

    @Nullable
    Identifier identifier(Identifier.Kind kind) {
        return checks().identifier(kind, optionalText(kind.field()));
    }

    @Nullable
    String reason() {
        return checks().reason(optionalText("reason"));
    }

    /// A required reason.
    String requiredReason() {
        String sent = required("reason");
        String reason = checks().reason(sent);
        if (sent != null && reason == null) {
            fault("reason", "blank", "Must not be blank.");
        }
        return reason == null ? "" : reason;
    }

    @Nullable
    String note() {
        return checks().note(optionalText("note"));
    }

    /// The extras of a job; null if absent.
    @Nullable
    Map<String, @Nullable Object> extras() {
        Map<String, @Nullable Object> extras = opaque("extras");
        checks().extras(extras == null ? null : json(extras));
        return extras;
    }

    /// The required name of a group or policy.
    String requiredName() {
        String name = checks().name(required("name"));
        return name == null ? "" : name;
    }

    @Nullable
    String description() {
        return checks().description(optionalText("description"));
    }

    /// The required resources of a policy.
    List<String> resources() {
        return checks().resources(requiredTexts("resources"));
    }

    /// @param otherwise the value of an absent field
    long integer(String field, long min, long max, long otherwise) {
        return has(field) ? integer(field, min, max) : otherwise;
    }

    @Nullable
    Instant instant(String field) {
        return instant(field, optionalText(field));
    }

    /// A required instant; null after an error.
    @Nullable
    Instant requiredInstant(String field) {
        return instant(field, required(field));
    }

    /// One of `choices`; null if absent or null.
    <T> @Nullable T choice(String field, List<T> choices, Function<T, String> word) {
        return choice(field, optionalText(field), choices, word);
    }

    /// A required field with one of `choices`; the first choice after an error.
    <T> T requiredChoice(String field, List<T> choices, Function<T, String> word) {
        T value = choice(field, required(field), choices, word);
        return value == null ? choices.getFirst() : value;
    }

    /// A non-empty list of `choices`; null if absent or null.
    <T> @Nullable List<T> choices(String field, List<T> choices, Function<T, String> word) {
        List<T> chosen = anyChoices(field, choices, word);
        if (!(value(field) instanceof List<?> sent)) {
            return null;
        }
        if (sent.isEmpty()) {
            fault(field, "too_few", "Must be at least one.");
        }
        return chosen;
    }

    /// A list of `choices`, which may be empty; empty if absent or null.
    <T> List<T> anyChoices(String field, List<T> choices, Function<T, String> word) {
        List<String> texts = texts(field);
        List<T> values = new ArrayList<>();
        for (int i = 0; texts != null && i < texts.size(); i++) {
            T value = choice(field + "[" + i + "]", texts.get(i), choices, word);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /// A boolean; `otherwise` if absent.
    boolean flag(String field, boolean otherwise) {
        Boolean flag = optionalFlag(field);
        return flag == null ? otherwise : flag;
    }

    /// A required list of strings. The list is empty if an item is invalid, because indexes would otherwise differ
    /// from those in the request.
    List<String> requiredTexts(String field) {
        int before = faults().size();
        List<String> texts = isThere(field) ? texts(field) : null;
        return texts == null || faults().size() > before ? List.of() : texts;
    }

    /// The required list of cards.
    List<Card> cards(boolean duplicates) {
        int faults = faults().size();
        List<FieldReader> objects = isThere("cards") ? objects("cards") : null;
        List<Card> cards = new ArrayList<>();
        for (FieldReader card : objects == null ? List.<FieldReader>of() : objects) {
            cards.add(new Card(card.text("number"), card.optionalText("label")));
            card.refuseUnknown();
        }
        return faults().size() == faults ? checks().cards(cards, duplicates) : List.of();
    }

    /// An edit from a merge patch; null if the field is absent. If the field is null, the edit sets it to null.
    <T> @Nullable Edit<@Nullable T> edit(String field, Function<String, @Nullable T> read) {
        return has(field) ? new Edit<@Nullable T>(read.apply(field)) : null;
    }

    /// An edit of a field that must not be null; null if the field is absent.
    <T> @Nullable Edit<T> change(String field, Supplier<T> read) {
        return has(field) ? new Edit<>(read.get()) : null;
    }

    // Values from the query or the body.

    private @Nullable Instant instant(String field, @Nullable String text) {
        Instant at = text == null ? null : Timestamps.parse(text);
        if (text != null && at == null) {
            fault(
                    field,
                    "not_a_timestamp",
                    "Must be an RFC 3339 timestamp such as 2026-11-21T17:01:02.123Z, with an offset of up to 18 hours,"
                            + " at most nine fraction digits and no leap second.");
        }
        return at;
    }

    private <T> @Nullable T choice(String field, @Nullable String text, List<T> choices, Function<T, String> word) {
        if (text == null) {
            return null;
        }
        for (T choice : choices) {
            if (word.apply(choice).equals(text)) {
                return choice;
            }
        }
        String words = choices.stream().map(word).collect(Collectors.joining(", "));
        fault(field, "not_a_choice", "Must be one of " + words + ".");
        return null;
    }

    /// A UUID in the query; null if absent, and an id that no object has after an error.
    @Nullable
    UUID idParameter(String name) {
        String text = parameter(name);
        UUID id = text == null ? null : RestFields.uuid(text);
        if (text != null && id == null) {
            fault(name, "not_an_id", "Must be a UUID.");
            return NO_ID;
        }
        return id;
    }
}
