package dev.muster.api.allthenticate;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RequestParameters;
import dev.muster.api.RequestReader;
import dev.muster.http.Request;
import dev.muster.http.json.Json;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Card;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The parameters of this dialect's requests. A parameter may be repeated if all values are equal; an empty value
/// counts as absent.
final class AllthenticateFields extends RequestReader {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private static final UserRef PLACEHOLDER = UserRef.number(0);
    private static final String EMAIL_ID = "email_id";
    private static final String EMAIL = "email";
    private static final String SMARTCARDS = "smartcards";

    /// The maximum number of addresses per request. Each one is a separate write.
    private static final int MAX_INVITEES = 1_000;

    private final RequestParameters parameters;

    private AllthenticateFields(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /// Reads the parameters of a request.
    ///
    /// @throws RefusedException with Invalid if the body cannot be parsed
    static AllthenticateFields of(Request request) {
        return new AllthenticateFields(
                unlessRefused(RequestParameters.of(request, "The body must be a form or JSON.")));
    }

    // Target users.

    /// The reference to a user by the number in a required parameter.
    UserRef user(String name) {
        UserRef user = optionalUser(name);
        if (user == null) {
            missing(name);
            return PLACEHOLDER;
        }
        return user;
    }

    /// The reference to a user by number or by e-mail address. If both are given, the address is ignored.
    UserRef userOrEmail() {
        UserRef user = optionalUser(EMAIL_ID);
        if (user != null) {
            return user;
        }
        UserRef named = optionalEmail();
        if (named == null) {
            fault(EMAIL_ID, REQUIRED, "Or email is required.");
        }
        return named == null ? PLACEHOLDER : named;
    }

    /// The reference to a user by the address in the required parameter `email`.
    UserRef email() {
        UserRef user = optionalEmail();
        if (user == null) {
            missing(EMAIL);
        }
        return user == null ? PLACEHOLDER : user;
    }

    private @Nullable UserRef optionalEmail() {
        String email = one(EMAIL, AllthenticateFields::asText, "Must be a text.");
        return email != null ? UserRef.identifier(Identifier.Kind.EMAIL, email) : has(EMAIL) ? PLACEHOLDER : null;
    }

    private @Nullable UserRef optionalUser(String name) {
        Long number = one(name, AllthenticateFields::asNumber, "Must be a whole number.");
        return number != null ? UserRef.number(number) : has(name) ? PLACEHOLDER : null;
    }

    // Values.

    Rank rank() {
        Rank rank = one("rank", sent -> constant(Rank.values(), sent), "Must be ADMIN, REGULAR or SUPER.");
        if (rank == null && !has("rank")) {
            missing("rank");
        }
        return rank == null ? Rank.REGULAR : rank;
    }

    /// The requested tag; null if absent.
    @Nullable
    Tag tag() {
        return one("user_tag", sent -> constant(Tag.values(), sent), "Must be GUEST or USER.");
    }

    /// The value of a flag; false if absent.
    boolean isSet(String name) {
        Boolean flag = one(name, parameters.all(name), AllthenticateFields::asFlag, "Must be true or false.");
        return flag != null && flag;
    }

    List<String> workstations() {
        List<String> names = new ArrayList<>();
        List<?> sent = array("computer_usernames");
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i) instanceof Map<?, ?> item && item.get("computer_username") instanceof String name) {
                names.add(name);
            } else {
                fault("computer_usernames[" + i + "]", TYPE, "Must be an object with a text computer_username.");
            }
        }
        return names.size() == sent.size() ? checks().workstations(names) : List.of();
    }

    List<Card> cards(boolean duplicates) {
        return cards(SMARTCARDS, array(SMARTCARDS), duplicates);
    }

    private List<Card> cards(String field, List<?> sent, boolean duplicates) {
        List<Card> cards = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            String at = field + "[" + i + "]";
            Map<?, ?> item = sent.get(i) instanceof Map<?, ?> map ? map : Map.of();
            String number = cardNumber(item.get("number"));
            if (number == null) {
                fault(at, TYPE, "Must be an object with a number in digits.");
            } else if (item.get("label") != null && !(item.get("label") instanceof String)) {
                fault(at + ".label", TYPE, "Must be a text.");
            } else {
                String label = (String) item.get("label");
                cards.add(new Card(number, label == null || label.isBlank() ? null : label));
            }
        }
        return cards.size() == sent.size() ? checked(field, cards, duplicates) : List.of();
    }

    /// Validates cards, and adds errors under the client's field name.
    private List<Card> checked(String field, List<Card> cards, boolean duplicates) {
        Validator own = new Validator();
        List<Card> kept = own.cards(cards, duplicates);
        own.faults()
                .forEach(fault -> fault(fault.field().replaceFirst("^cards\\b", field), fault.code(), fault.message()));
        return kept;
    }

    // Invitations.

    /// The addresses to invite, with their cards: the first list in `smartcards` is for the first address, and
    /// so on.
    List<Invites.Invitee> invitees() {
        List<?> emails = array("emails");
        List<?> cards = optionalArray(SMARTCARDS);
        if (!faults().isEmpty()) {
            return List.of();
        }
        if (emails.isEmpty() || emails.size() > MAX_INVITEES) {
            fault("emails", "size", "Must be 1 to 1,000 addresses.");
            return List.of();
        }
        if (cards.size() > emails.size()) {
            fault(SMARTCARDS, "size", "Must not be more lists than there are addresses.");
        }
        List<Invites.Invitee> invitees = new ArrayList<>();
        for (int i = 0; i < emails.size(); i++) {
            String field = SMARTCARDS + "[" + i + "]";
            Object sent = i < cards.size() ? cards.get(i) : null;
            if (sent != null && !(sent instanceof List<?>)) {
                fault(field, TYPE, "Must be an array of cards.");
            }
            List<Card> own = sent instanceof List<?> list ? cards(field, list, false) : List.of();
            if (emails.get(i) instanceof String address && Json.isStorable(address)) {
                invitees.add(new Invites.Invitee(address, own));
            } else {
                fault("emails[" + i + "]", TYPE, "Must be a text.");
            }
        }
        return invitees;
    }

    /// The groups in the parameter `groups`; empty if absent.
    List<Invites.GroupName> groups() {
        List<Invites.GroupName> named = new ArrayList<>();
        List<?> sent = optionalArray("groups");
        for (int i = 0; i < sent.size(); i++) {
            Map<?, ?> item = sent.get(i) instanceof Map<?, ?> map ? map : Map.of();
            UUID id = item.get("id") instanceof String text ? uuid(text) : null;
            String name = asText(item.get("name"));
            if (id == null && (name == null || !Json.isStorable(name))) {
                fault("groups[" + i + "]", TYPE, "Must be an object with a group's id or its name.");
            } else {
                named.add(new Invites.GroupName(id, name));
            }
        }
        return named;
    }

    /// A required JSON array, or the text of one.
    private List<?> array(String name) {
        if (!has(name)) {
            missing(name);
        }
        return optionalArray(name);
    }

    /// A JSON array, or the text of one; empty if absent.
    private List<?> optionalArray(String name) {
        List<?> array = one(name, AllthenticateFields::asArray, "Must be a JSON array.");
        return array == null ? List.of() : array;
    }

    // Conversions, which return null for an invalid value.

    private static @Nullable Long asNumber(Object sent) {
        return switch (sent) {
            case String text when DIGITS.matcher(text).matches() -> Long.valueOf(text);
            case BigDecimal number -> whole(number);
            default -> null;
        };
    }

    private static @Nullable Long whole(BigDecimal number) {
        try {
            long whole = number.longValueExact();
            return whole < 0 ? null : whole;
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /// A card's number, sent as a string or a JSON integer; null for anything else.
    private static @Nullable String cardNumber(@Nullable Object sent) {
        return switch (sent) {
            case String text -> text;
            case BigDecimal number when number.scale() == 0 && number.signum() >= 0 -> number.toString();
            case null, default -> null;
        };
    }

    private static @Nullable String asText(@Nullable Object sent) {
        return sent instanceof String text ? text : null;
    }

    private static @Nullable Boolean asFlag(Object sent) {
        return switch (sent) {
            case Boolean flag -> flag;
            case String text ->
                switch (text.toLowerCase(Locale.ROOT)) {
                    case "true", "1", "yes", "on" -> true;
                    case "false", "0", "no", "off", "" -> false;
                    default -> null;
                };
            case BigDecimal number when number.compareTo(BigDecimal.ONE) == 0 -> true;
            case BigDecimal number when number.signum() == 0 -> false;
            default -> null;
        };
    }

    private static <E extends Enum<E>> @Nullable E constant(E[] all, Object sent) {
        for (E constant : all) {
            if (constant.name().equals(sent)) {
                return constant;
            }
        }
        return null;
    }

    private static @Nullable List<?> asArray(Object sent) {
        return switch (sent) {
            case List<?> items -> items;
            // getBytes would replace an unpaired surrogate with a question mark.
            case String text
            when Json.isStorable(text) ->
                Json.read(text.getBytes(StandardCharsets.UTF_8)) instanceof Json.Result.Value(List<?> items)
                        ? items
                        : null;
            default -> null;
        };
    }

    // Shared helpers.

    /// Whether a parameter has a non-empty value.
    private boolean has(String name) {
        return !given(name).isEmpty();
    }

    private List<Object> given(String name) {
        List<Object> given = new ArrayList<>(1);
        for (Object sent : parameters.all(name)) {
            if (sent != null && !sent.equals("")) {
                given.add(sent);
            }
        }
        return given;
    }

    private <T> @Nullable T one(String name, Function<Object, @Nullable T> read, String must) {
        return one(name, given(name), read, must);
    }

    private void missing(String name) {
        fault(name, REQUIRED, "Is required.");
    }
}
