package dev.muster.api.smileid;

import dev.muster.http.FieldFault;
import dev.muster.http.Guards;
import dev.muster.http.Json;
import dev.muster.http.Request;
import dev.muster.model.Checks;
import dev.muster.model.Fault;
import dev.muster.model.Identifier;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.security.Gate.Signed;
import dev.muster.security.SignedTime;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What one request brings, read field by field. Every fault is noted and the reading goes on; [#result] then gives
/// the refusal, in whole sentences that name their fields. What a method returns after a fault is of no use.
final class Input {
    /// The code of a fault that is none of the fields' but the whole body's.
    static final String MALFORMED = "malformed";

    private static final String OBJECT = "partner_params";
    /// The code of a text that is empty.
    static final String BLANK = "blank";

    /// The headers of `block-user` that may carry a part of the signature, and the fields that carry it elsewhere.
    static final Map<String, String> SIGNATURE_HEADERS = Map.of(
            "smileid-partner-id", "partner_id",
            "smileid-request-signature", "signature",
            "smileid-timestamp", "timestamp");

    private static final Identifier NOBODY = new Identifier(Identifier.Kind.EXTERNAL_ID, "", "");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");

    private final Request request;
    private final Map<?, ?> object;
    private final String prefix;
    private final List<Fault> faults;
    private final boolean contradicted;

    private Input(Request request, Map<?, ?> object, String prefix, List<Fault> faults) {
        this(request, object, prefix, faults, false);
    }

    /// @param contradicted whether a header carries another part of a signature than the body
    private Input(Request request, Map<?, ?> object, String prefix, List<Fault> faults, boolean contradicted) {
        this.request = request;
        this.object = object;
        this.prefix = prefix;
        this.faults = faults;
        this.contradicted = contradicted;
    }

    /// A request whose body must be a JSON object. One that cannot be read is the only fault there is.
    static Result<Input> of(Request request) {
        return switch (Json.read(request.body())) {
            case Json.Result.Value(Map<?, ?> object) -> Result.ok(new Input(request, object, "", new ArrayList<>()));
            case Json.Result.Value _ -> unread("The body must be a JSON object.");
            case Json.Result.Malformed(var message) -> unread(message);
        };
    }

    /// A request whose body is no JSON: only its headers are read here.
    static Input ofHeaders(Request request) {
        return new Input(request, Map.of(), "", new ArrayList<>());
    }

    /// The same input with the parts of the signature that only its headers carry. A part that header and body carry
    /// must be the same in both; otherwise that is a fault of the field.
    Input withSignatureHeaders() {
        Map<Object, @Nullable Object> fields = new LinkedHashMap<>(object);
        boolean differs = false;
        for (Map.Entry<String, String> header : new TreeMap<>(SIGNATURE_HEADERS).entrySet()) {
            String value = request.header(header.getKey());
            String field = header.getValue();
            if (value != null && !has(field)) {
                fields.put(field, value);
            } else if (value != null && !value.equals(numberOrText(field))) {
                differs = true;
                fault(field, "ambiguous", "must be the same as the header " + header.getKey());
            }
        }
        return new Input(request, fields, prefix, faults, differs);
    }

    private static Result<Input> unread(String message) {
        return Result.refused(new Refusal.Invalid("", MALFORMED, message));
    }

    // Fields.

    /// Whether the field is there and not null.
    boolean has(String name) {
        return object.get(name) != null;
    }

    /// A text that must be there, as it was sent.
    String text(String name) {
        if (!isThere(name)) {
            return "";
        }
        String text = optionalText(name);
        if (text != null && text.isEmpty()) {
            fault(name, BLANK, "is not allowed to be empty");
        }
        return text == null ? "" : text;
    }

    /// A text as it was sent; null without one.
    @Nullable
    String optionalText(String name) {
        return switch (object.get(name)) {
            case null -> null;
            case String text when Json.isStorable(text) -> text;
            case String _ -> {
                fault(name, FieldFault.CHARACTERS, "holds a character that cannot be stored");
                yield null;
            }
            default -> {
                fault(name, FieldFault.TYPE, "must be a string");
                yield null;
            }
        };
    }

    /// An id that must be there: a text, or a whole number, whose digits are the id then.
    String id(String name) {
        if (!(object.get(name) instanceof BigDecimal number)) {
            return text(name);
        }
        String digits = number.toString();
        if (!WHOLE.matcher(digits).matches()) {
            fault(name, FieldFault.TYPE, "must be a string or a whole number");
            return "";
        }
        return digits;
    }

    /// A boolean; null without one.
    @Nullable
    Boolean flag(String name) {
        return switch (object.get(name)) {
            case null -> null;
            case Boolean flag -> flag;
            default -> {
                fault(name, FieldFault.TYPE, "must be a boolean");
                yield null;
            }
        };
    }

    /// A boolean, or the text of one; false without one.
    boolean flagOrText(String name) {
        return switch (object.get(name)) {
            case null -> false;
            case Boolean flag -> flag;
            case String text when text.equals("true") || text.equals("false") -> Boolean.parseBoolean(text);
            default -> {
                fault(name, FieldFault.TYPE, "must be a boolean");
                yield false;
            }
        };
    }

    /// A whole number that must be there, or the text of one; -1 when it is one that nobody counts to.
    int number(String name) {
        if (!isThere(name)) {
            return -1;
        }
        Object sent = object.get(name);
        String digits = sent instanceof BigDecimal number ? number.toString() : String.valueOf(sent);
        boolean whole = !(sent instanceof Boolean) && digits.matches("-?[0-9]{1,64}");
        if (!whole) {
            fault(name, FieldFault.TYPE, "must be a whole number");
            return -1;
        }
        return digits.length() > 9 ? -1 : Integer.parseInt(digits);
    }

    /// A text, or the text of a number; empty for anything else.
    String numberOrText(String name) {
        return switch (object.get(name)) {
            case String text -> text;
            case BigDecimal number -> number.toString();
            case null, default -> "";
        };
    }

    /// The signature with which the request came.
    ///
    /// @param partner the field with the partner's id
    Signed signed(String partner) {
        String partnerId = text(partner);
        SignedTime at = SignedTime.of("");
        if (isThere("timestamp")) {
            switch (object.get("timestamp")) {
                case String text -> at = SignedTime.of(text);
                case BigDecimal number -> at = SignedTime.of(number);
                case null, default -> fault("timestamp", FieldFault.TYPE, "must be a string or a number");
            }
        }
        return new Signed(partnerId, at, text("signature"));
    }

    /// The same where all three are there, can be read and are told once, whatever else is wrong; null otherwise.
    /// Notes no fault.
    @Nullable
    Signed signedIfAny(String partner) {
        Input apart = new Input(request, object, prefix, new ArrayList<>());
        Signed signed = apart.signed(partner);
        return apart.faults() == 0 && !contradicted ? signed : null;
    }

    /// The object `partner_params`; one without fields where there is none.
    Input partnerParams() {
        Object inner = object.get(OBJECT);
        if (inner != null && !(inner instanceof Map<?, ?>)) {
            fault(OBJECT, FieldFault.TYPE, "must be an object");
        }
        Map<?, ?> fields = inner instanceof Map<?, ?> map ? map : Map.of();
        return new Input(request, fields, OBJECT + ".", faults);
    }

    /// The object `partner_params`, which must be there.
    Input requiredPartnerParams() {
        isThere(OBJECT);
        return partnerParams();
    }

    /// The JSON text of all fields but these; null when there are none.
    @Nullable
    String extras(List<String> without) {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>();
        object.forEach((name, value) -> {
            if (!without.contains(name)) {
                rest.put((String) name, value);
            }
        });
        if (!Json.isStorable(rest)) {
            faults.add(new Fault(
                    OBJECT, FieldFault.CHARACTERS, "\"" + OBJECT + "\" holds a character that cannot be stored"));
            return null;
        }
        Checks checks = new Checks();
        String json = checks.extras(new String(Json.write(rest), StandardCharsets.UTF_8));
        checks.faults()
                .forEach(fault -> faults.add(new Fault(OBJECT, fault.code(), sentence(OBJECT, fault.message()))));
        return json;
    }

    // Fields with rules of the register's.

    /// Who asks: an address that must be there.
    String email() {
        String text = text("email");
        if (text.isEmpty()) {
            return text;
        }
        Checks checks = new Checks();
        Identifier address = checks.email(text);
        if (!checks.passed()) {
            fault("email", "not_an_address", "must be a valid email");
        }
        return address == null ? "" : address.text();
    }

    /// A user's external id that must be there.
    Identifier externalId(String name) {
        Identifier id = checked(name, checks -> checks.identifier(Identifier.Kind.EXTERNAL_ID, id(name)));
        return id == null ? NOBODY : id;
    }

    /// The external id of a user who may be there; the field must be.
    Identifier existingId(String name) {
        Identifier id = checked(name, checks -> checks.existing(Identifier.Kind.EXTERNAL_ID, id(name)));
        return id == null ? NOBODY : id;
    }

    /// The id of a job that may be there; the field must be.
    String existingJobId(String name) {
        String id = checked(name, checks -> checks.existingJobId(id(name)));
        return id == null ? "" : id;
    }

    /// A job's id that must be there.
    String jobId(String name) {
        String id = checked(name, checks -> checks.jobId(id(name)));
        return id == null ? "" : id;
    }

    /// Where the partner wishes to be told; null for nowhere, which some clients say with an empty text.
    @Nullable
    String callbackUrl(String name) {
        String url = optionalText(name);
        return url == null || url.isBlank() ? null : checked(name, checks -> checks.callbackUrl(url));
    }

    private <T> @Nullable T checked(String name, Function<Checks, @Nullable T> check) {
        int before = faults.size();
        Checks checks = new Checks();
        T value = check.apply(checks);
        // One that is missing was told of already.
        if (faults.size() == before) {
            checks.faults()
                    .forEach(fault -> faults.add(
                            new Fault(prefix + name, fault.code(), sentence(prefix + name, fault.message()))));
        }
        return value;
    }

    /// What the rules say of a value, said of the field by the name that the client knows.
    private static String sentence(String name, String message) {
        String words = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
        return "\"" + name + "\" " + words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }

    // What every write takes.

    /// The headers that say how a write is to be done.
    Guards guards() {
        Guards guards = Guards.of(request);
        guards.misread().forEach(one -> fault(one.header(), one.code(), one.words()));
        return guards;
    }

    // What is wrong.

    /// @param words what is wrong with the field, without its name
    void fault(String name, String code, String words) {
        faults.add(new Fault(prefix + name, code, "\"" + prefix + name + "\" " + words));
    }

    /// How many faults were noted so far.
    int faults() {
        return faults.size();
    }

    /// `made` of what was read, or all the faults.
    <T> Result<T> result(Supplier<T> made) {
        return faults.isEmpty() ? Result.ok(made.get()) : Result.refused(new Refusal.Invalid(faults));
    }

    private boolean isThere(String name) {
        if (has(name)) {
            return true;
        }
        fault(name, FieldFault.REQUIRED, "is required");
        return false;
    }
}
