package dev.muster.console;

import dev.muster.console.html.ErrorMessage;
import dev.muster.directory.Credentials;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.user.Decision;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Standing;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import dev.muster.model.value.FieldError;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Formats values for operators, in plain English and with times in UTC.
final class Labels {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern(
                    "d MMM uuuu HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /// Journal fields whose values are times.
    private static final Pattern TIME_FIELDS = Pattern.compile("[a-zA-Z]+(At|Until)|until|since");

    /// Codes of errors whose messages are shown without the field's label, such as `Type the user's name, Anna, to
    /// confirm.`
    private static final Set<String> UNLABELLED =
            Set.of("mismatch", "not_the_name", "replay_in_progress", HoldForm.ALREADY_EXISTS_CODE);

    /// Journal fields whose values are actors.
    private static final Set<String> ACTORS = Set.of("placedBy", "changedBy", "reviewedBy", "by", "madeBy");

    /// Times in the journal's format.
    private static final Pattern INSTANT =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z");

    /// Actors in the journal's format.
    private static final Pattern ACTOR =
            Pattern.compile("(system|root|apiKey|operator):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Credentials credentials;

    Labels(Credentials credentials) {
        this.credentials = credentials;
    }

    /// Formats a time, such as `3 Dec 2026 14:00 UTC`.
    static String time(Instant at) {
        return MINUTE.format(at);
    }

    static String number(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    /// Formats the total number of matches, such as `1,234` or `at least 1,000`.
    static String total(long total, boolean isAtLeast) {
        return (isAtLeast ? "at least " : "") + number(total);
    }

    /// Describes a standing, such as `May not act until 3 Dec 2026 14:00 UTC: suspended by maria, reason
    /// chargeback.`
    String standing(long realm, Standing standing) {
        List<Hold> deciding = standing.holds().stream()
                .filter(Standing.EffectiveHold::isDecisive)
                .map(Standing.EffectiveHold::hold)
                .toList();
        String why = deciding.stream().map(hold -> hold(realm, hold)).collect(Collectors.joining("; "));
        Instant until = standing.until();
        // One hold without an end needs no words. With several, an end below the sentence might be taken for this.
        String when = until != null && standing.next() != null
                ? " until " + time(until)
                : deciding.size() > 1 ? ", with no end" : "";
        return switch (standing.decision()) {
            case ALLOW -> "May act.";
            case PROCESS_BUT_FAIL ->
                "Requests are accepted, but every job fails" + when + ": " + why + "." + then(standing);
            case DENY -> "May not act" + when + ": " + why + "." + then(standing);
        };
    }

    private static String then(Standing standing) {
        Decision next = standing.next();
        return next == null
                ? ""
                : switch (next) {
                    case ALLOW -> "";
                    case PROCESS_BUT_FAIL -> " After that, every job fails.";
                    case DENY -> " After that, still denied.";
                };
    }

    /// Describes a hold, such as `suspended by maria, changed by otto, reason chargeback`.
    String hold(long realm, Hold hold) {
        return kind(hold.kind())
                + (hold.label().equals(Hold.MAIN) ? "" : " (" + hold.label() + ")")
                + " by " + actor(realm, hold.placedBy())
                + (hold.changed() == null
                        ? ""
                        : ", changed by " + actor(realm, hold.changed().by()))
                + (hold.reason() == null ? "" : ", reason " + hold.reason());
    }

    static String kind(HoldKind kind) {
        return switch (kind) {
            case BARRED -> "barred for good";
            case REMOVED -> "removed";
            case BLOCKED -> "blocked";
            case SUSPENDED -> "suspended";
            case DEACTIVATED -> "deactivated";
            case FRAUD -> "flagged as fraud";
        };
    }

    /// Returns the label of a status, with its symbol.
    static String status(Status status) {
        return switch (status) {
            case ACTIVE -> "✓ active";
            case FRAUD -> "⚑ fraud";
            case DEACTIVATED -> "○ deactivated";
            case SUSPENDED -> "‖ suspended";
            case BLOCKED -> "✕ blocked";
            case REMOVED -> "− removed";
            case BARRED -> "⊘ barred";
        };
    }

    /// Returns an actor's current name.
    String actor(long realm, ActorRef ref) {
        return switch (ref.kind()) {
            case SYSTEM -> "Muster itself";
            case ROOT -> "root";
            case API_KEY -> {
                ApiKey key = credentials.key(realm, ref.id());
                yield key == null ? "a key that no longer exists" : "key " + key.name();
            }
            case OPERATOR -> {
                Operator operator = credentials.operator(realm, ref.id());
                yield operator == null
                        ? "an operator who no longer exists"
                        : operator.username().text();
            }
        };
    }

    /// Returns the message for a refusal: what happened, and what to do about it.
    ErrorMessage error(Refusal refusal) {
        return switch (refusal) {
            case Refusal.NotFound(var what, var ref) ->
                new ErrorMessage(404, "There is no " + what + " " + ref + " here.", "Look for it in the list.");
            case Refusal.Invalid(var faults) -> invalid(faults);
            case Refusal.Taken(var field, var _, var byRemoved) ->
                new ErrorMessage(
                        409,
                        "Another user has this " + field + " already.",
                        byRemoved ? "That user is removed: restore them instead." : "Choose another one.",
                        field);
            case Refusal.Barred() ->
                new ErrorMessage(409, "This user is barred for good.", "Only root can annul a bar that was an error.");
            case Refusal.Removed() -> new ErrorMessage(409, "This user is removed.", "Restore them first.");
            case Refusal.Erased() ->
                new ErrorMessage(410, "This user's personal data was erased.", "Nothing more can be done to them.");
            case Refusal.Held(var holds) ->
                new ErrorMessage(409, "This user is " + kinds(holds) + ".", "Release that first.");
            case Refusal.StillHeld(var holds) ->
                new ErrorMessage(409, "This user would still be " + kinds(holds) + ".", "Release that first.");
            case Refusal.Forbidden(var needed) ->
                new ErrorMessage(
                        403,
                        "Your role does not allow this: it needs " + needed + ".",
                        "Ask an admin of this realm to do it, or to give you another role.");
            case Refusal.StepUpRequired _ ->
                new ErrorMessage(
                        403, "Confirm that it is you. Nothing was changed.", "Sign in again, and repeat what you did.");
            case Refusal.LastSuper() ->
                new ErrorMessage(409, "This is the last user of rank SUPER.", "Give that rank to another user first.");
            case Refusal.NotGuest() ->
                new ErrorMessage(409, "This user is not a guest.", "There is nothing to promote.");
            case Refusal.GuestNotAllowed() ->
                new ErrorMessage(409, "This is not for guests.", "Promote the guest first.");
            case Refusal.InUse(var by) ->
                new ErrorMessage(409, "It is in use by " + by + ".", "Remove it from there first.");
            case Refusal.NotEnrolled() ->
                new ErrorMessage(409, "This user is not enrolled.", "They have to enrol first.");
            case Refusal.AlreadyEnrolled() ->
                new ErrorMessage(409, "This user is enrolled already.", "Allow a new enrolment first.");
            case Refusal.MustReenrol() ->
                new ErrorMessage(409, "This user must enrol again.", "They have to enrol first.");
            case Refusal.JobExists(var job) ->
                new ErrorMessage(409, "There is a job " + job + " already.", "Look at that one.");
            case Refusal.JobComplete(var job) ->
                new ErrorMessage(409, "Job " + job + " has its verdict already.", "Load the page again to see it.");
            case Refusal.Stale _ ->
                new ErrorMessage(
                        409,
                        "This was changed in the meantime. Your change was not saved.",
                        "Look at what is here now, and send your change again if it is still right.");
            case Refusal.IdempotencyMismatch() ->
                new ErrorMessage(409, "This form was sent before with other values.", "Load the page again.");
            case Refusal.InFlight() ->
                new ErrorMessage(409, "This request is already being processed.", "Load the page again in a moment.");
            case Refusal.SecretNotKept(var _) ->
                new ErrorMessage(409, "This was done before, and its secret is shown only once.", "Make another one.");
            case Refusal.Unauthenticated() ->
                new ErrorMessage(
                        401, "Username or password is wrong.", "Check tenant and environment too, and try again.");
            case Refusal.AddressNotAllowed(var address) ->
                new ErrorMessage(
                        403,
                        "This key may not be used from " + address + ".",
                        "Use it from an address that it allows.");
            case Refusal.NeedsApproval _ ->
                new ErrorMessage(
                        409,
                        "Not done yet: a second operator has to approve this.",
                        "Ask another operator to look at Approvals.");
            case Refusal.CannotDecide(var reason) -> ErrorMessage.of(reason);
            case Refusal.OverQuota(var what, var limit, var after) ->
                after == null
                        ? new ErrorMessage(
                                409,
                                "This realm may have " + limit + " " + what + ", and has reached that limit.",
                                "The quota can be raised with the root key.")
                        : new ErrorMessage(
                                429,
                                "Too many requests: " + limit + " " + what + " are allowed.",
                                "Try again in a moment.");
            case Refusal.TooManyFailures(var after) ->
                new ErrorMessage(
                        429,
                        "Too many attempts from your address have failed.",
                        "Try again in " + after.toSeconds() + " seconds.");
            case Refusal.Busy _ ->
                new ErrorMessage(503, "The server is busy. Nothing was changed.", "Try again in a moment.");
            case Refusal.StorageFull _ ->
                new ErrorMessage(
                        503,
                        "The server's disk is full. Nothing was changed.",
                        "Contact the administrator of the server. You can still view pages.");
            case Refusal.Unreadable(var what, var _) ->
                new ErrorMessage(
                        503,
                        "The stored " + what + " cannot be read: the database was altered. Nothing was changed.",
                        "Tell the administrator of the server. Its log names the row.");
            case Refusal.OutcomeUnknown() ->
                new ErrorMessage(
                        503,
                        "The server could not find out whether this was done.",
                        "Load the page again and look before you repeat it.");
            case Refusal.Clock() ->
                new ErrorMessage(
                        503,
                        "The server's clock is wrong. Nothing was changed.",
                        "Tell the administrator of the server.");
        };
    }

    private static ErrorMessage invalid(List<FieldError> faults) {
        FieldError first = faults.getFirst();
        String all = faults.stream()
                .map(fault -> UNLABELLED.contains(fault.code())
                        ? fault.message()
                        : label(fault.field()) + ": " + fault.message())
                .collect(Collectors.joining(" "));
        return new ErrorMessage(422, all, "Correct it and send it again. Nothing was changed.", first.field());
    }

    private static String kinds(List<Hold> holds) {
        return holds.stream().map(hold -> kind(hold.kind())).distinct().collect(Collectors.joining(" and "));
    }

    /// Returns the label of a field in its form.
    private static String label(String field) {
        int index = field.indexOf('[');
        if (index > 0 && field.endsWith("]")) {
            return item(field.substring(0, index), field.substring(index + 1, field.length() - 1));
        }
        return switch (field) {
            case "expiresAt", "expires" -> "Expires";
            case "allowedAddresses", "addresses" -> "Allowed addresses";
            case "types" -> "Types of events";
            case "url" -> "URL";
            case "lastFour" -> "Ends in";
            case "madeBy" -> "Made by";
            case "madeThrough" -> "Made through key";
            case "invitedUntil" -> "Invitation valid until";
            case "externalId" -> "External id";
            case "givenName" -> "Given name";
            case "familyName" -> "Family name";
            case "email" -> "E-mail";
            case "q" -> "Search";
            case "at" -> "As of";
            case "subject" -> "User";
            case WebhooksPage.FIRST -> "First entry";
            case WebhooksPage.LAST_ENTRY_FIELD -> "Last entry";
            default -> field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1);
        };
    }

    /// Returns the label of a list item, counted from 1, such as `Allowed address 1` for `addresses[0]`.
    private static String item(String list, String index) {
        String label = label(list);
        String one = list.equals("types") ? "Type of event" : label.replaceFirst("(?<=s)es$|s$", "");
        return index.matches("[0-9]{1,6}") ? one + " " + (Integer.parseInt(index) + 1) : label;
    }

    /// Formats the value of a journal field. A text is formatted as a time or an actor only in fields that contain
    /// such values, because any other text could be written to look like one.
    String value(long realm, String field, @Nullable Object value) {
        return switch (value) {
            case null -> "–";
            case List<?> all ->
                all.isEmpty()
                        ? "–"
                        : all.stream().map(each -> value(realm, "", each)).collect(Collectors.joining(", "));
            case Map<?, ?> all ->
                all.entrySet().stream()
                        .map(each ->
                                each.getKey() + ": " + value(realm, String.valueOf(each.getKey()), each.getValue()))
                        .collect(Collectors.joining(", "));
            case String text
            when TIME_FIELDS.matcher(field).matches() && INSTANT.matcher(text).matches() -> moment(text);
            case String text
            when ACTORS.contains(field) && ACTOR.matcher(text).matches() -> actor(realm, ActorRef.parse(text));
            default -> value.toString();
        };
    }

    private static String moment(String text) {
        try {
            return time(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return text;
        }
    }

    /// Returns the name under which a user is listed.
    static String name(User user) {
        if (user.isErased()) {
            return "erased";
        }
        if (user.name() != null) {
            return user.name();
        }
        if (user.givenName() != null || user.familyName() != null) {
            return Stream.of(user.givenName(), user.familyName())
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(" "));
        }
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = user.identifier(kind);
            if (identifier != null) {
                return identifier.text();
            }
        }
        return "user " + user.number();
    }

    /// Returns the label of a sign-in method, such as `password`.
    static String method(SignInMethod method) {
        return switch (method) {
            case PASSWORD -> "password";
            case PASSKEY -> "passkey";
            case SSO -> "single sign-on";
        };
    }

    /// Like [#time(Instant)], but returns `none` for null.
    static String time(@Nullable Instant at, String none) {
        return at == null ? none : time(at);
    }
}
