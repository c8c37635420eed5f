package dev.muster.api.rest;

import dev.muster.http.Fault;
import dev.muster.http.FieldFault;
import dev.muster.http.Fields;
import dev.muster.http.Json;
import dev.muster.http.Request;
import dev.muster.model.Card;
import dev.muster.model.Checks;
import dev.muster.model.Edit;
import dev.muster.model.Identifier;
import dev.muster.model.Refusal;
import dev.muster.model.Timestamps;
import dev.muster.model.UserRef;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads path, query and body of one request. Every value goes through the rules of [Checks]; whatever is wrong is
/// noted and the reading goes on, so that the client hears all of it at once from [#check]. A value read after a fault
/// is a harmless stand-in. Parameters and fields that nobody has asked for are faults.
final class Input {
    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final UserRef NOBODY = UserRef.number(0);
    private static final UUID NOTHING = new UUID(0, 0);
    private static final List<Boolean> FLAGS = List.of(true, false);

    private final Request request;
    private final Checks checks = new Checks();
    private final Set<String> knownParameters = new HashSet<>();
    private Fields body = Fields.none();
    private boolean checked;

    Input(Request request) {
        this.request = request;
    }

    /// Ends the reading.
    ///
    /// @throws Declined with all faults, if there are any
    void check() {
        if (checked) {
            return;
        }
        checked = true;
        for (String name : request.queryNames()) {
            if (!knownParameters.contains(name)) {
                fault(name, FieldFault.UNKNOWN, "There is no such parameter.");
            }
        }
        body.refuseUnknown();
        List<dev.muster.model.Fault> faults = new ArrayList<>();
        for (FieldFault fault : body.faults()) {
            faults.add(new dev.muster.model.Fault(fault.field(), fault.code(), fault.message()));
        }
        faults.addAll(checks.faults());
        if (!faults.isEmpty()) {
            throw new Declined(new Refusal.Invalid(List.copyOf(faults)));
        }
    }

    /// The request that is read.
    Request request() {
        return request;
    }

    /// The rules for single values, for those that no method here reads.
    Checks checks() {
        return checks;
    }

    void fault(String field, String code, String message) {
        checks.fault(field, code, message);
    }

    // The path.

    /// The user that the path names as `{ref}`.
    UserRef ref() {
        UserRef ref = Refs.parse(request.path("ref"));
        if (ref == null) {
            fault("ref", "not_a_ref", Refs.FORMS);
            return NOBODY;
        }
        return ref;
    }

    /// The external id that the path names as `{ref}`, of which there need not be a user; null after a fault.
    @Nullable
    Identifier externalRef() {
        String text = request.path("ref");
        if (!text.startsWith(Refs.EXTERNAL)) {
            fault("ref", "not_external", "Must be external: and an external id.");
            return null;
        }
        Checks own = new Checks();
        Identifier id = own.identifier(Identifier.Kind.EXTERNAL_ID, text.substring(Refs.EXTERNAL.length()));
        for (dev.muster.model.Fault fault : own.faults()) {
            fault("ref", fault.code(), fault.message());
        }
        if (id == null && own.faults().isEmpty()) {
            fault("ref", "blank", "Must not be blank.");
        }
        return id;
    }

    /// What the path names by its id.
    ///
    /// @throws Declined when it is no id, so that there is nothing of that id
    UUID id(String parameter, String what) {
        String text = request.path(parameter);
        UUID id = Refs.id(text);
        if (id == null) {
            throw new Declined(new Refusal.NotFound(what, text));
        }
        return id;
    }

    // The query.

    /// Whether the query has that parameter.
    boolean has(String parameter) {
        return request.query(parameter) != null;
    }

    /// A parameter that is not empty and is given once; null when it is not given.
    @Nullable
    String parameter(String name) {
        knownParameters.add(name);
        List<String> values = request.queries(name);
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
    Long integerParameter(String name, long least, long most) {
        String text = parameter(name);
        if (text == null) {
            return null;
        }
        boolean digits = text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long number = digits ? Long.parseLong(text) : -1;
        if (number < least || number > most) {
            fault(name, FieldFault.RANGE, "A whole number from " + least + " to " + most + " is expected.");
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

    /// The user that the query names as `{ref}`; null when it names none.
    @Nullable
    UserRef refParameter(String name) {
        String text = parameter(name);
        UserRef ref = text == null ? null : Refs.parse(text);
        if (text != null && ref == null) {
            fault(name, "not_a_ref", Refs.FORMS);
        }
        return ref;
    }

    /// Some of `choices`, by their words with commas between them; none when it is not given.
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

    /// One of `choices`, by its word.
    <T> @Nullable T choiceParameter(String name, List<T> choices, Function<T, String> word) {
        return choice(name, parameter(name), choices, word);
    }

    // The body.

    /// Expects a JSON object as the body.
    Input withBody() {
        expect(JSON);
        return read();
    }

    /// Expects a JSON merge patch (RFC 7396) as the body.
    Input withPatch() {
        expect(MERGE_PATCH, JSON);
        return read();
    }

    /// Expects a JSON object as the body, or no body, which is an object without fields.
    Input withOptionalBody() {
        return request.body().length == 0 ? this : withBody();
    }

    private void expect(String... types) {
        if (!List.of(types).contains(request.contentType())) {
            throw new Declined(
                    new Fault.UnsupportedCoding("The content type must be " + String.join(" or ", types) + "."));
        }
    }

    private Input read() {
        body = switch (Json.read(request.body())) {
            case Json.Result.Value(var value) -> Fields.of(value);
            case Json.Result.Malformed(var message) -> throw Declined.malformed(message);
        };
        return this;
    }

    /// A line of at most `longest` characters; null when it is absent or null.
    @Nullable
    String line(String field, int longest) {
        return checks.line(field, body.optionalText(field), longest);
    }

    /// A line that must be there.
    String requiredLine(String field, int longest) {
        String line = checks.visibleLine(field, required(field), longest);
        return line == null ? "" : line;
    }

    /// A text that must be there, as it was sent; null after a fault.
    @Nullable
    String required(String field) {
        return isThere(field) ? body.optionalText(field) : null;
    }

    @Nullable
    Identifier identifier(Identifier.Kind kind) {
        return checks.identifier(kind, body.optionalText(kind.field()));
    }

    @Nullable
    String reason() {
        return checks.reason(body.optionalText("reason"));
    }

    /// A reason that must be there.
    String requiredReason() {
        String sent = required("reason");
        String reason = checks.reason(sent);
        if (sent != null && reason == null) {
            fault("reason", "blank", "Must not be blank.");
        }
        return reason == null ? "" : reason;
    }

    /// The public name of a tenant; null when it is absent or null.
    @Nullable
    String partnerId() {
        return checks.partnerId(body.optionalText("partnerId"));
    }

    @Nullable
    String note() {
        return checks.note(body.optionalText("note"));
    }

    /// The JSON text of the metadata; null for none.
    @Nullable
    String metadata() {
        return checks.metadata(json(body.opaque("metadata")));
    }

    /// What was sent with a job; null for nothing.
    @Nullable
    Map<String, @Nullable Object> extras() {
        Map<String, @Nullable Object> extras = body.opaque("extras");
        checks.extras(json(extras));
        return extras;
    }

    static @Nullable String json(@Nullable Map<String, @Nullable Object> object) {
        return object == null ? null : new String(Json.write(object), StandardCharsets.UTF_8);
    }

    /// The name of a group or of a policy, which must be there.
    String requiredName() {
        String name = checks.name(required("name"));
        return name == null ? "" : name;
    }

    @Nullable
    String description() {
        return checks.description(body.optionalText("description"));
    }

    /// What a policy gives access to, which must be there.
    List<String> resources() {
        return checks.resources(requiredTexts("resources"));
    }

    /// A number, fractions included; null when it is absent or null.
    @Nullable
    BigDecimal number(String field) {
        return switch (body.value(field)) {
            case null -> null;
            case BigDecimal number -> number;
            default -> {
                body.fault(field, FieldFault.TYPE, "A number is expected.");
                yield null;
            }
        };
    }

    /// A whole number that must be there.
    long requiredInteger(String field, long least, long most) {
        return body.integer(field, least, most);
    }

    /// @param otherwise what an absent field means
    long integer(String field, long least, long most, long otherwise) {
        return body.has(field) ? body.integer(field, least, most) : otherwise;
    }

    /// A text as it was sent; null when it is absent or null.
    @Nullable
    String optional(String field) {
        return body.optionalText(field);
    }

    @Nullable
    Instant instant(String field) {
        return instant(field, body.optionalText(field));
    }

    /// An instant that must be there; null after a fault.
    @Nullable
    Instant requiredInstant(String field) {
        return instant(field, required(field));
    }

    /// One of `choices`, by its word; null when it is absent or null.
    <T> @Nullable T choice(String field, List<T> choices, Function<T, String> word) {
        return choice(field, body.optionalText(field), choices, word);
    }

    /// One of `choices`, by its word, which must be there.
    <T> T requiredChoice(String field, List<T> choices, Function<T, String> word) {
        T value = choice(field, required(field), choices, word);
        return value == null ? choices.getFirst() : value;
    }

    /// Some of `choices`, by their words, and at least one; null when the list is absent or null.
    <T> @Nullable List<T> choices(String field, List<T> choices, Function<T, String> word) {
        List<String> texts = body.texts(field);
        if (texts == null) {
            return null;
        }
        if (texts.isEmpty() && body.value(field) instanceof List<?> sent && sent.isEmpty()) {
            fault(field, "too_few", "Must be at least one.");
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            T value = choice(field + "[" + i + "]", texts.get(i), choices, word);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /// A boolean that must be there.
    boolean requiredFlag(String field) {
        return body.flag(field);
    }

    /// A boolean that is false when it is absent.
    boolean flag(String field) {
        return flag(field, false);
    }

    /// A boolean that is `otherwise` when it is absent.
    boolean flag(String field, boolean otherwise) {
        Boolean flag = body.optionalFlag(field);
        return flag == null ? otherwise : flag;
    }

    /// A list of texts that must be there; empty after a fault.
    List<String> requiredTexts(String field) {
        List<String> texts = isThere(field) ? texts(field) : null;
        return texts == null ? List.of() : texts;
    }

    /// Where an item is faulty there are none: without it, places in the list would be others than in the request.
    private @Nullable List<String> texts(String field) {
        int faults = body.faults().size();
        List<String> texts = body.texts(field);
        return body.faults().size() == faults ? texts : List.of();
    }

    /// The list of cards, which must be there.
    List<Card> cards(boolean duplicates) {
        int faults = body.faults().size();
        List<Fields> objects = isThere("cards") ? body.objects("cards") : null;
        List<Card> cards = new ArrayList<>();
        for (Fields card : objects == null ? List.<Fields>of() : objects) {
            cards.add(new Card(card.text("number"), card.optionalText("label")));
            card.refuseUnknown();
        }
        return body.faults().size() == faults ? checks.cards(cards, duplicates) : List.of();
    }

    /// What a merge patch wants of a field: nothing when it is absent (null), to empty it when it is null.
    <T> @Nullable Edit<@Nullable T> edit(String field, Function<String, @Nullable T> read) {
        return body.has(field) ? new Edit<@Nullable T>(read.apply(field)) : null;
    }

    /// The same of a field that is never empty: null is a fault.
    <T> @Nullable Edit<T> change(String field, Supplier<T> read) {
        return body.has(field) ? new Edit<>(read.get()) : null;
    }

    private boolean isThere(String field) {
        if (!body.has(field)) {
            body.fault(field, FieldFault.REQUIRED, "It is required.");
            return false;
        }
        if (body.isNull(field)) {
            body.fault(field, FieldFault.NULL, "It must not be null.");
            return false;
        }
        return true;
    }

    // Both.

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

    /// A UUID in the query; null when it is not given.
    @Nullable
    UUID idParameter(String name) {
        String text = parameter(name);
        UUID id = text == null ? null : Refs.id(text);
        if (text != null && id == null) {
            fault(name, "not_an_id", "Must be a UUID.");
            return NOTHING;
        }
        return id;
    }
}
