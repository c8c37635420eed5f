package dev.muster.model.validation;

import dev.muster.model.group.Group;
import dev.muster.model.user.Card;
import dev.muster.model.user.Hold;
import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.value.FieldError;
import dev.muster.model.value.Identifier;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Validates and normalizes single values. Create one per request. Every method takes a raw value, returns it
/// normalized, and records a fault if a rule is broken, so that a refusal can list all faults together. Results are
/// meaningless after a fault, so callers must check [#faults] before using them.
public final class Validator {
    /// The maximum length of an indexed value, in UTF-8 bytes.
    public static final int INDEXED_BYTES = 1024;

    private static final int MAX_URL_LENGTH = 2048;
    private static final int MAX_ISSUER_LENGTH = 255;
    private static final int OBJECT_BYTES = 8 * 1024;
    private static final BigDecimal MAX_CONFIDENCE = BigDecimal.valueOf(100);
    private static final Pattern LABEL = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern PARTNER_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern CARD_NUMBER = Pattern.compile("[0-9]{1,32}");

    private static final String TOO_LONG_FOLDED = "Must be at most 1,024 bytes once its letter case is folded.";

    private final List<FieldError> faults = new ArrayList<>();

    /// The faults found so far, in order.
    public List<FieldError> faults() {
        return List.copyOf(faults);
    }

    public boolean passed() {
        return faults.isEmpty();
    }

    public void fault(String field, String code, String message) {
        faults.add(new FieldError(field, code, message));
    }

    /// Validates a user's identifier of this kind.
    public @Nullable Identifier identifier(Identifier.Kind kind, @Nullable String raw) {
        return switch (kind) {
            case EMAIL -> email(raw);
            case EXTERNAL_ID, USERNAME -> named(kind, raw);
        };
    }

    private @Nullable Identifier named(Identifier.Kind kind, @Nullable String raw) {
        Identifier name = existing(kind, raw);
        if (name != null) {
            visible(kind.field(), name.text());
        }
        return name;
    }

    /// Validates an external id or username that may already exist, and therefore may contain invisible characters.
    public @Nullable Identifier existing(Identifier.Kind kind, @Nullable String raw) {
        String text = line(kind.field(), raw, 255);
        if (text == null) {
            return null;
        }
        String folded = Identifier.fold(kind, text);
        if (isTooLongAnEntry(folded)) {
            fault(kind.field(), "too_long", TOO_LONG_FOLDED);
        }
        return new Identifier(kind, text, folded);
    }

    /// Refuses invisible characters, because identifiers that look the same must be the same.
    private void visible(String field, String text) {
        if (text.codePoints().anyMatch(Invisible::is)) {
            fault(field, "invisible", "Must not contain invisible characters, such as a zero-width space.");
        }
    }

    /// Validates an operator's username. It must be in a single script and must not contain letter variants, such
    /// as fullwidth or mathematical ones, to prevent look-alikes.
    public @Nullable Identifier operatorName(@Nullable String raw) {
        Identifier name = named(Identifier.Kind.USERNAME, raw);
        if (name != null && !Scripts.isOfOne(name.text())) {
            fault(name.kind().field(), "mixed_scripts", "Must not mix scripts, such as Latin and Cyrillic letters.");
        } else if (name != null && hasVariants(name.text())) {
            fault(
                    name.kind().field(),
                    "letter_variants",
                    "Must not contain variants of letters or digits, such as fullwidth or mathematical ones.");
        }
        return name;
    }

    /// Whether NFKC changes the text more than NFC does, because it contains variants of letters or digits. Such names
    /// are refused rather than normalized, because stored names are not in NFKC and operators who already have such
    /// names must still be able to sign in.
    private static boolean hasVariants(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        return !composed.equals(Normalizer.normalize(text, Normalizer.Form.NFKC));
    }

    private static boolean isTooLongAnEntry(String folded) {
        return folded.length() > INDEXED_BYTES / 4 && folded.getBytes(StandardCharsets.UTF_8).length > INDEXED_BYTES;
    }

    /// Validates the issuer of an identity provider: an https URL without user info, query and fragment. Plain http
    /// is accepted only for the loopback address.
    public @Nullable String issuer(String field, @Nullable String raw) {
        String text = line(field, raw, MAX_ISSUER_LENGTH);
        if (text != null && !Links.isIssuer(text)) {
            fault(field, "not_an_issuer", "Must be an https URL without user, query and fragment.");
        }
        return text;
    }

    /// Validates an e-mail address: as accepted by HTML's `input type=email`, at most 254 characters.
    public @Nullable Identifier email(@Nullable String raw) {
        String field = Identifier.Kind.EMAIL.field();
        String text = line(field, raw, 254);
        if (text == null) {
            return null;
        }
        if (!EmailPattern.matches(text)) {
            fault(field, "not_an_address", "Must be an e-mail address.");
        }
        return new Identifier(Identifier.Kind.EMAIL, text, Identifier.fold(Identifier.Kind.EMAIL, text));
    }

    /// Validates one line of text: trimmed, not blank, without control characters, at most `longest` characters.
    /// Returns null for null.
    public @Nullable String line(String field, @Nullable String raw, int longest) {
        if (raw == null) {
            return null;
        }
        String text = Identifier.trimmed(raw);
        if (text.isEmpty()) {
            fault(field, "blank", "Must not be blank.");
        } else {
            characters(field, text, longest, Character::isISOControl);
        }
        return text;
    }

    /// Validates free text of several lines and at most `longest` characters. Returns null if it is blank.
    public @Nullable String text(String field, @Nullable String raw, int longest) {
        if (raw == null || raw.isBlank()) {
            return null;
        }
        characters(field, raw, longest, c -> Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t');
        return raw;
    }

    /// Validates a hold's label. The default is `main`.
    public String label(@Nullable String raw) {
        if (raw == null) {
            return Hold.MAIN;
        }
        if (!LABEL.matcher(raw).matches()) {
            fault("label", "not_a_label", "Must be 1 to 32 of a-z, 0-9 and '-'.");
        }
        return raw;
    }

    /// Validates a reason: a short code chosen by the caller.
    public @Nullable String reason(@Nullable String raw) {
        return text("reason", raw, 100);
    }

    public @Nullable String note(@Nullable String raw) {
        return text("note", raw, 1000);
    }

    /// Validates a tenant's public name.
    public @Nullable String partnerId(@Nullable String raw) {
        if (raw != null && !PARTNER_ID.matcher(raw).matches()) {
            fault("partnerId", "not_a_partner_id", "Must be 1 to 64 of letters, digits, '_' and '-'.");
        }
        return raw;
    }

    /// Validates a user's accounts on local computers: at most 50 names of 1 to 255 characters, without duplicates.
    public List<String> workstations(List<String> raw) {
        return distinctLines("workstations", raw, 50);
    }

    private List<String> distinctLines(String field, List<String> raw, int max) {
        List<String> kept = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        if (raw.size() > max) {
            fault(field, "too_many", "Must be at most " + max + ".");
            return kept;
        }
        for (int i = 0; i < raw.size(); i++) {
            String at = field + "[" + i + "]";
            String line = line(at, raw.get(i), 255);
            if (line != null) {
                if (!seen.add(line)) {
                    fault(at, "duplicate", "Is already in the list.");
                }
                kept.add(line);
            }
        }
        return kept;
    }

    /// Validates smart cards: at most 20, each with a number of 1 to 32 digits, and without duplicates unless
    /// `duplicates` is set.
    public List<Card> cards(List<Card> raw, boolean duplicates) {
        List<Card> kept = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        if (raw.size() > 20) {
            fault("cards", "too_many", "Must be at most 20.");
            return kept;
        }
        for (int i = 0; i < raw.size(); i++) {
            Card card = raw.get(i);
            String number = card.number();
            if (!CARD_NUMBER.matcher(number).matches()) {
                fault("cards[" + i + "].number", "not_digits", "Must be 1 to 32 digits.");
            } else if (!seen.add(number) && !duplicates) {
                fault("cards[" + i + "].number", "duplicate", "Is already in the list.");
            }
            kept.add(new Card(number, line("cards[" + i + "].label", card.label(), 200)));
        }
        return kept;
    }

    /// Validates a user's metadata: a JSON object without white space, at most 8 KiB. Returns null if it is empty.
    public @Nullable String metadata(@Nullable String json) {
        return object("metadata", json);
    }

    private @Nullable String object(String field, @Nullable String json) {
        if (json == null || json.equals("{}")) {
            return null;
        }
        if (json.length() > OBJECT_BYTES / 4 && json.getBytes(StandardCharsets.UTF_8).length > OBJECT_BYTES) {
            fault(field, "too_long", "Must be at most 8 KiB of JSON.");
        }
        return json;
    }

    // Groups and policies

    /// Validates the name of a group or policy: one line of at most 200 characters.
    public @Nullable String name(@Nullable String raw) {
        String text = line("name", raw, 200);
        if (text != null) {
            visible("name", text);
            if (isTooLongAnEntry(Group.folded(text))) {
                fault("name", "too_long", TOO_LONG_FOLDED);
            }
        }
        return text;
    }

    /// Validates the name of something that operators see in lists, such as an API key or a tenant: one line
    /// without invisible characters.
    ///
    /// @param longest the maximum number of characters
    public @Nullable String visibleLine(String field, @Nullable String raw, int longest) {
        String text = line(field, raw, longest);
        if (text != null) {
            visible(field, text);
        }
        return text;
    }

    /// Validates the description of a group or policy: at most 1,000 characters.
    public @Nullable String description(@Nullable String raw) {
        return text("description", raw, 1000);
    }

    /// Validates the resources that a policy gives access to: up to 100 distinct names of 1 to 255 characters.
    public List<String> resources(List<String> raw) {
        return distinctLines("resources", raw, 100);
    }

    /// Validates the addresses from which a key may be used, in CIDR notation. Returns null after a fault.
    public @Nullable AllowedAddresses allowedAddresses(String field, List<String> raw) {
        return AddressLists.validated(this, field, raw);
    }

    // Jobs

    /// Validates a partner's job id: 1 to 255 characters, which are at most 1,020 bytes.
    public @Nullable String jobId(@Nullable String raw) {
        String text = existingJobId(raw);
        if (text != null) {
            visible("jobId", text);
        }
        return text;
    }

    /// Validates the id of a job that may already exist, and therefore may contain invisible characters.
    public @Nullable String existingJobId(@Nullable String raw) {
        return line("jobId", raw, 255);
    }

    /// Validates a partner's additional job data: a JSON object of at most 8 KiB. Returns null if it is empty.
    public @Nullable String extras(@Nullable String json) {
        return object("extras", json);
    }

    /// Validates the `https` URL at which the partner is notified of a verdict: at most 2,048 characters.
    public @Nullable String callbackUrl(@Nullable String raw) {
        int before = faults.size();
        String text = line("callbackUrl", raw, MAX_URL_LENGTH);
        if (text != null) {
            visible("callbackUrl", text);
            if (faults.size() == before && !Links.isHttps(text)) {
                fault("callbackUrl", "not_a_url", "Must be an absolute https URL with a host and without a user.");
            }
        }
        return text;
    }

    /// Validates a verifier's confidence: from 0 to 100, with at most four decimals. Returns it without trailing
    /// zeros, so that equal values compare as equal.
    public @Nullable BigDecimal confidence(@Nullable BigDecimal raw) {
        if (raw == null) {
            return null;
        }
        if (raw.signum() < 0 || raw.compareTo(MAX_CONFIDENCE) > 0) {
            fault("confidence", "range", "Must be from 0 to 100.");
            return raw;
        }
        BigDecimal bare = raw.stripTrailingZeros();
        if (bare.scale() > 4) {
            fault("confidence", "too_fine", "Must have at most four decimals.");
        }
        // Avoids a negative scale: 1E+2 becomes 100.
        return bare.scale() < 0 ? bare.setScale(0) : bare;
    }

    /// Validates a verifier's comment on a job.
    public @Nullable String verdictText(@Nullable String raw) {
        return text("text", raw, 1000);
    }

    /// Validates an operator's new password: long enough, and hard enough to guess. Returns null after a fault.
    ///
    /// @param names the username and the tenant's name, which attackers try first
    public @Nullable NewPassword newPassword(
            @Nullable String raw, List<String> names, NewPassword.Estimator estimator) {
        FieldError fault = PasswordRules.fault(raw, names, estimator);
        if (raw == null || fault != null) {
            faults.add(fault == null ? PasswordRules.TOO_SHORT : fault);
            return null;
        }
        return new NewPassword(raw);
    }

    private void characters(String field, String text, int longest, IntPredicate control) {
        int length = 0;
        for (int i = 0; i < text.length(); length++) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c < 128) {
                if (c < 32 || c == 127) {
                    if (c == 0 || control.test(c)) {
                        fault(field, "control_character", "Must not contain control characters.");
                        return;
                    }
                }
            } else if (control.test(c)) {
                fault(field, "control_character", "Must not contain control characters.");
                return;
            } else if (isNoCharacter(c)) {
                fault(field, "not_unicode", "Must not contain an unpaired surrogate.");
                return;
            } else if (Character.getType(c) == Character.UNASSIGNED) {
                fault(field, "unassigned", "Must not contain characters that Unicode has not assigned.");
                return;
            }
        }
        if (length > longest) {
            fault(field, "too_long", "Must be at most %,d characters.".formatted(longest));
        }
    }

    /// Whether `c` is U+0000, which PostgreSQL rejects, or an unpaired surrogate, which cannot be encoded.
    static boolean isNoCharacter(int c) {
        return c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
