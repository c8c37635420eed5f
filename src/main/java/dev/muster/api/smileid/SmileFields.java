package dev.muster.api.smileid;

import dev.muster.api.FieldReader;
import dev.muster.http.Request;
import dev.muster.http.json.Json;
import dev.muster.model.Result;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import dev.muster.security.RequestSignatures.RequestSignature;
import dev.muster.security.SignedTime;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The fields of this dialect's requests. Error messages are whole sentences that begin with the field's name. A null
/// value counts as absent.
final class SmileFields extends FieldReader {
    private static final Phrases PHRASES = new Phrases(
            "is required",
            "is required",
            "is not allowed to be empty",
            "holds a character that cannot be stored",
            "must be a string",
            "must be a boolean",
            "must be a whole number",
            "must be an object",
            "must be an array",
            false);

    private static final String OBJECT = "partner_params";

    /// The headers of `block-user` that may contain a part of the signature, with the corresponding fields.
    static final Map<String, String> SIGNATURE_HEADERS = Map.of(
            "smileid-partner-id", "partner_id",
            "smileid-request-signature", "signature",
            "smileid-timestamp", "timestamp");

    private static final Identifier PLACEHOLDER = new Identifier(Identifier.Kind.EXTERNAL_ID, "", "");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

    /// Whether a header and the body have different values for a part of the signature.
    private boolean contradicted;

    private SmileFields(Request request, Map<String, @Nullable Object> object) {
        super(request, object, PHRASES);
    }

    private SmileFields(SmileFields outer, String name, Map<String, @Nullable Object> object) {
        super(outer, name, object);
    }

    /// Reads a request whose body must be a JSON object. If the body cannot be parsed, that is the only error.
    static Result<SmileFields> of(Request request) {
        return body(request, "").map(object -> new SmileFields(request, object));
    }

    /// Reads only the headers of a request whose body is not JSON.
    static SmileFields ofHeaders(Request request) {
        return new SmileFields(request, Map.of());
    }

    /// Adds the parts of the signature that only headers contain. If both a header and the body contain a part, the
    /// values must be equal; otherwise an error is added for the field.
    SmileFields withSignatureHeaders() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(fields());
        for (Map.Entry<String, String> header : new TreeMap<>(SIGNATURE_HEADERS).entrySet()) {
            String value = request().header(header.getKey());
            String field = header.getValue();
            if (value != null && !has(field)) {
                all.put(field, value);
            } else if (value != null && !value.equals(numberOrText(field))) {
                contradicted = true;
                fault(field, AMBIGUOUS, "must be the same as the header " + header.getKey());
            }
        }
        read(all);
        return this;
    }

    /// @param message the predicate of a sentence about the field, with or without a period: `must be …`
    @Override
    public void fault(String name, String code, String message) {
        String words = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
        super.fault(
                name,
                code,
                "\"" + at(name) + "\" " + words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1));
    }

    // Fields.

    /// Whether the field is present and not null.
    @Override
    public boolean has(String name) {
        return value(name) != null;
    }

    /// A required id: a string, or the digits of an integer.
    String id(String name) {
        if (!(value(name) instanceof BigDecimal number)) {
            return filled(name);
        }
        String digits = number.toString();
        if (!INTEGER.matcher(digits).matches()) {
            fault(name, TYPE, "must be a string or a whole number");
            return "";
        }
        return digits;
    }

    /// A boolean or its text; false if absent. Returns false and adds an error if the value is invalid.
    boolean flagOrText(String name) {
        return switch (value(name)) {
            case null -> false;
            case Boolean flag -> flag;
            case String text when text.equals("true") || text.equals("false") -> Boolean.parseBoolean(text);
            default -> {
                fault(name, TYPE, "must be a boolean");
                yield false;
            }
        };
    }

    /// A required integer or its text; -1 if it has more than nine digits. Returns -1 and adds an error if the
    /// value is missing or not an integer.
    int wholeNumber(String name) {
        if (!isThere(name)) {
            return -1;
        }
        Object sent = value(name);
        String digits = sent instanceof BigDecimal number ? number.toString() : String.valueOf(sent);
        boolean whole = !(sent instanceof Boolean) && digits.matches("-?[0-9]{1,64}");
        if (!whole) {
            fault(name, TYPE, "must be a whole number");
            return -1;
        }
        return digits.length() > 9 ? -1 : Integer.parseInt(digits);
    }

    /// A string, or a number as text; empty for any other value.
    String numberOrText(String name) {
        return switch (value(name)) {
            case String text -> text;
            case BigDecimal number -> number.toString();
            case null, default -> "";
        };
    }

    /// The signature of the request.
    ///
    /// @param partner the field with the partner's id
    RequestSignature signed(String partner) {
        String partnerId = filled(partner);
        SignedTime at = SignedTime.of("");
        if (isThere("timestamp")) {
            switch (value("timestamp")) {
                case String text -> at = SignedTime.of(text);
                case BigDecimal number -> at = SignedTime.of(number);
                case null, default -> fault("timestamp", TYPE, "must be a string or a number");
            }
        }
        return new RequestSignature(partnerId, at, filled("signature"));
    }

    /// The signature of the request if all three parts are present, valid and consistent, regardless of other
    /// errors; otherwise null. The method adds no errors.
    @Nullable
    RequestSignature signedIfAny(String partner) {
        SmileFields apart = new SmileFields(request(), fields());
        RequestSignature signed = apart.signed(partner);
        return apart.faults().isEmpty() && !contradicted ? signed : null;
    }

    /// The object `partner_params`; an object without fields if it is absent.
    SmileFields partnerParams() {
        Map<String, @Nullable Object> params = objectOf(OBJECT);
        return new SmileFields(this, OBJECT, params == null ? Map.of() : params);
    }

    /// The required object `partner_params`.
    SmileFields requiredPartnerParams() {
        isThere(OBJECT);
        return partnerParams();
    }

    /// All fields of `params` except `without`, as JSON text; null if there are none or they are invalid.
    @Nullable
    String extras(SmileFields params, List<String> without) {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>(params.fields());
        without.forEach(rest::remove);
        if (!Json.isStorable(rest)) {
            fault(OBJECT, CHARACTERS, "holds a character that cannot be stored");
            return null;
        }
        return checked(OBJECT, checks -> checks.extras(json(rest)));
    }

    // Fields validated by the domain's rules.

    /// The required e-mail address of the requesting person.
    String email() {
        String text = filled("email");
        if (text.isEmpty()) {
            return text;
        }
        Validator checks = new Validator();
        Identifier address = checks.email(text);
        if (!checks.passed()) {
            fault("email", "not_an_address", "must be a valid email");
        }
        return address == null ? "" : address.text();
    }

    /// The required external id of a new or existing user.
    Identifier externalId(String name) {
        return known(checked(name, checks -> checks.identifier(Identifier.Kind.EXTERNAL_ID, id(name))), PLACEHOLDER);
    }

    /// The required external id of a user to look up.
    Identifier existingId(String name) {
        return known(checked(name, checks -> checks.existing(Identifier.Kind.EXTERNAL_ID, id(name))), PLACEHOLDER);
    }

    /// The required id of a job to look up.
    String existingJobId(String name) {
        return known(checked(name, checks -> checks.existingJobId(id(name))), "");
    }

    /// The required id of a new job.
    String jobId(String name) {
        return known(checked(name, checks -> checks.jobId(id(name))), "");
    }

    private static <T> T known(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    /// The partner's callback URL; null if it is absent or, as some clients send it, blank.
    @Nullable
    String callbackUrl(String name) {
        String url = optionalText(name);
        return url == null || url.isBlank() ? null : checked(name, checks -> checks.callbackUrl(url));
    }
}
