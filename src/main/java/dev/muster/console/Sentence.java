package dev.muster.console;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Event.Action;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldChange;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.UserFields;
import dev.muster.model.value.Changes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A journal entry as a sentence without the actor, with whom it begins: the lead `extended the suspension of`, the
/// subject's name, and the tail ` to 18 Dec 2026 14:00 UTC (was 11 Dec 2026 14:00 UTC): chargeback.`
///
/// @param namesSubject whether the subject's name comes between `lead` and `tail`
public record Sentence(String lead, boolean namesSubject, String tail) {
    private static final Map<String, Action> ACTIONS =
            Stream.of(Action.values()).collect(Collectors.toMap(Action::wireName, Function.identity()));

    /// Fields that the sentence does not mention, because they change only together with others.
    private static final Set<String> MINOR = Set.of("updatedAt", "version", "id", "number", "registeredAt");

    /// Returns a copy with the decision at its end.
    Sentence withDecision(String decision) {
        return decision.isEmpty() || !tail.endsWith(".")
                ? this
                : new Sentence(lead, namesSubject, tail.substring(0, tail.length() - 1) + ": " + decision + ".");
    }

    /// @param text the sentence, with `%s` in place of the subject
    private static Sentence of(String text) {
        int at = text.indexOf("%s");
        return at < 0
                ? new Sentence(text, false, "")
                : new Sentence(text.substring(0, at).stripTrailing(), true, text.substring(at + 2));
    }

    static Sentence of(JournalEntry entry, Labels labels, long realm) {
        Action action = ACTIONS.get(entry.action());
        String text = action == null ? entry.action() + ": %s" : text(action, entry.changes(), labels, realm);
        String reason = entry.reason();
        if (action == Action.USER_HOLD_PLACED && isWithoutReason(entry)) {
            return of(text + ", without a reason.");
        }
        Hold before = changedHold(entry);
        boolean isNew = reason != null && (before == null || !reason.equals(before.reason()));
        return of(text + (isNew ? ": " + reason + "." : "."));
    }

    /// The note that was written for an entry; null without one. The entry of a changed hold repeats the hold's earlier
    /// note, which was not written by an actor who only changed its end.
    static @Nullable String note(JournalEntry entry) {
        Hold before = changedHold(entry);
        return before != null && Objects.equals(entry.note(), before.note()) ? null : entry.note();
    }

    /// The earlier state of the hold that an entry changed; null if the entry placed or released a hold, or is about
    /// none.
    private static @Nullable Hold changedHold(JournalEntry entry) {
        List<HoldChange> holds = UserFields.holdChanges(entry.changes());
        return holds.size() == 1 && holds.getFirst().after() != null
                ? holds.getFirst().before()
                : null;
    }

    private static boolean isWithoutReason(JournalEntry entry) {
        List<HoldChange> holds = UserFields.holdChanges(entry.changes());
        Hold placed = holds.size() == 1 ? holds.getFirst().after() : null;
        return placed != null && placed.reason() == null;
    }

    private static String text(Action action, Changes changes, Labels labels, long realm) {
        return switch (action) {
            case USER_REGISTERED -> "registered %s";
            case USER_INVITATION_REQUESTED -> "requested an invitation for %s";
            case USER_UPDATED -> updated(changes, labels, realm);
            case USER_EMAIL_CONFIRMED -> "confirmed the e-mail address of %s";
            case USER_HOLD_PLACED, USER_HOLD_CHANGED, USER_HOLD_RELEASED, USER_HOLD_ENDED -> hold(action, changes);
            case USER_REINSTATED -> "reinstated %s, ending their suspension, deactivation or removal";
            case USER_REMOVED -> "removed %s";
            case USER_EXPELLED -> "expelled %s";
            case USER_RESTORED -> "restored %s";
            case USER_BARRED -> "barred %s permanently";
            case USER_BAR_ANNULLED -> "annulled the bar of %s";
            case USER_ERASED -> "erased the personal data of %s";
            case USER_RANK_CHANGED -> "changed the rank of %s" + fromTo(changes, "rank", labels, realm);
            case USER_PROMOTED -> "promoted %s from guest to user";
            case USER_CARDS_REPLACED -> "changed the cards of %s";
            case USER_WORKSTATIONS_REPLACED -> "changed the workstations of %s";
            case USER_REENROLMENT_ALLOWED -> "allowed %s to enrol again";
            case USER_REENROLMENT_WITHDRAWN -> "withdrew the permission of %s to enrol again";
            case USER_ENROLLED -> "enrolled %s";
            case JOB_RESERVED -> "reserved an upload for %s";
            case JOB_SUBMITTED -> "submitted %s";
            case JOB_RESUBMITTED -> "submitted %s again";
            case JOB_COMPLETED -> "completed %s" + withValue(changes, "outcome", labels, realm);
            case JOB_REVIEWED -> "reviewed %s" + withValue(changes, "outcome", labels, realm);
            case JOB_ERASED -> "erased %s";
            case JOB_EVIDENCE_READ -> "read the evidence of %s";
            case GROUP_CREATED, POLICY_CREATED -> "created %s";
            case GROUP_UPDATED, POLICY_UPDATED -> "changed %s";
            case GROUP_DELETED, POLICY_DELETED -> "deleted %s";
            case GROUP_MEMBER_ADDED -> "added %s to" + named(changes, "group");
            case GROUP_MEMBER_REMOVED -> "removed %s from" + named(changes, "group");
            case POLICY_USER_ASSIGNED -> "assigned to %s" + named(changes, "policy");
            case POLICY_USER_UNASSIGNED -> "took from %s" + named(changes, "policy");
            case POLICY_GROUP_ASSIGNED -> "assigned a policy to %s";
            case POLICY_GROUP_UNASSIGNED -> "took a policy from %s";
            case KEY_CREATED -> "created %s";
            case KEY_EXPIRY_CHANGED -> "changed the expiry of %s" + fromTo(changes, "expiresAt", labels, realm);
            case KEY_REVOKED -> "revoked %s";
            case OPERATOR_CREATED -> "created %s";
            case OPERATOR_SIGNED_IN -> "signed in as %s";
            case OPERATOR_SESSION_ENDED -> "ended a session of %s";
            case OPERATOR_INVITED -> "invited %s again";
            case OPERATOR_INVITATION_ACCEPTED -> "accepted the invitation of %s";
            case OPERATOR_DISABLED -> "disabled %s";
            case OPERATOR_ENABLED -> "enabled %s";
            case OPERATOR_PASSWORD_CHANGED -> "changed the password of %s";
            case OPERATOR_SIGNED_OUT -> "signed out %s everywhere";
            case OPERATOR_ROLE_CHANGED -> "changed the role of %s" + fromTo(changes, "role", labels, realm);
            case OPERATOR_DELETED -> "deleted %s";
            case TENANT_CREATED -> "created %s";
            case REALM_QUOTAS_CHANGED -> "changed the quotas of %s";
            case JOURNAL_EXPORTED -> "exported the journal of %s";
            case JOURNAL_REWOUND -> "found that the database has lost the last journal entries of %s" + upTo(changes);
            case OPERATOR_PASSKEY_ADDED -> "added a passkey of %s";
            case OPERATOR_PASSKEY_REMOVED -> "removed a passkey of %s";
            case REALM_PASSKEY_POLICY_CHANGED -> "changed who must use a passkey in %s";
            case REALM_APPROVAL_RULES_CHANGED -> "changed the approval rules of %s";
            case APPROVAL_REQUESTED -> "requested approval: %s";
            case APPROVAL_APPROVED -> "approved %s";
            case APPROVAL_DECLINED -> "declined %s";
            case APPROVAL_LAPSED -> "let %s lapse";
            case WEBHOOK_CREATED -> "created %s" + url(changes);
            case WEBHOOK_UPDATED -> "changed %s";
            case WEBHOOK_PAUSED -> "paused %s";
            case WEBHOOK_RESUMED -> "resumed %s";
            case WEBHOOK_SECRET_ROTATED -> "replaced the secret of %s";
            case WEBHOOK_DISABLED -> "disabled %s";
            case WEBHOOK_DELETED -> "deleted %s" + url(changes);
            case SSO_CHANGED -> "changed single sign-on of %s";
            case SSO_REMOVED -> "removed single sign-on of %s";
        };
    }

    /// Returns the old and the new value, such as ` from REGULAR to SUPER`; empty if the change cannot be read.
    private static String fromTo(Changes changes, String field, Labels labels, long realm) {
        Changes.FieldChange change = changes.byField().get(field);
        return change == null
                ? ""
                : (change.before() == null ? "" : " from " + labels.value(realm, field, change.before()))
                        + (change.after() == null ? "" : " to " + labels.value(realm, field, change.after()));
    }

    private static String upTo(Changes changes) {
        Changes.FieldChange seq = changes.byField().get("seq");
        return seq == null ? "" : ", which went up to " + seq.before();
    }

    private static String withValue(Changes changes, String field, Labels labels, long realm) {
        Changes.FieldChange change = changes.byField().get(field);
        return change == null || change.after() == null ? "" : " as " + labels.value(realm, field, change.after());
    }

    /// Returns the name of a group or policy, such as ` the group Berlin`; ` a group` if the name cannot be read.
    private static String named(Changes changes, String type) {
        Changes.FieldChange change = changes.byField().get(type);
        Object value = change == null ? null : change.after() == null ? change.before() : change.after();
        return value instanceof Map<?, ?> map && map.get("name") instanceof String name
                ? " the " + type + " " + name
                : " a " + type;
    }

    /// Describes an update, such as `changed the e-mail address of %s from a@example.org to b@example.org`. If
    /// several fields changed, lists only their names.
    private static String updated(Changes changes, Labels labels, long realm) {
        List<String> fields = changes.byField().keySet().stream()
                .filter(field -> !MINOR.contains(field))
                .toList();
        return switch (fields.size()) {
            case 0 -> "changed %s";
            case 1 ->
                "changed the " + field(fields.getFirst()) + " of %s"
                        + (fields.getFirst().equals("metadata")
                                ? ""
                                : fromTo(changes, fields.getFirst(), labels, realm));
            default ->
                "changed the "
                        + fields.subList(0, fields.size() - 1).stream()
                                .map(Sentence::field)
                                .collect(Collectors.joining(", "))
                        + " and " + field(fields.getLast()) + " of %s";
        };
    }

    private static String field(String name) {
        return switch (name) {
            case "email" -> "e-mail address";
            case "externalId" -> "external id";
            case "givenName" -> "given name";
            case "familyName" -> "family name";
            case "emailConfirmedAt" -> "confirmation of the e-mail address";
            case "activeAt" -> "activation";
            case "deviceAddedAt" -> "device";
            default -> name;
        };
    }

    // Holds

    /// Returns the URL of a webhook that was created or deleted; empty if the URL was erased.
    private static String url(Changes changes) {
        Changes.FieldChange url = changes.byField().get("url");
        return url == null ? "" : " to " + (url.after() == null ? url.before() : url.after());
    }

    private static String hold(Action action, Changes changes) {
        List<HoldChange> holds = UserFields.holdChanges(changes);
        if (holds.size() != 1) {
            return switch (action) {
                case USER_HOLD_PLACED -> "placed a hold on %s";
                case USER_HOLD_CHANGED -> "changed a hold of %s";
                case USER_HOLD_RELEASED -> "released a hold of %s";
                default -> "ended a hold of %s";
            };
        }
        HoldChange change = holds.getFirst();
        String label = change.label().equals(Hold.MAIN) ? "" : " (" + change.label() + ")";
        String hold = noun(change.kind()) + label;
        Hold before = change.before();
        Hold after = change.after();
        if (before == null) {
            return placed(change.kind()) + label + until(after);
        }
        if (after != null) {
            return changed(hold, before, after);
        }
        return action == Action.USER_HOLD_ENDED
                ? "noted that the " + hold + " of %s ended"
                : "released the " + hold + " of %s";
    }

    private static String placed(HoldKind kind) {
        return switch (kind) {
            case SUSPENDED -> "suspended %s";
            case BLOCKED -> "blocked %s";
            case DEACTIVATED -> "deactivated %s";
            case FRAUD -> "flagged %s as fraud";
            case REMOVED -> "removed %s";
            case BARRED -> "barred %s";
        };
    }

    static String noun(HoldKind kind) {
        return switch (kind) {
            case SUSPENDED -> "suspension";
            case BLOCKED -> "block";
            case DEACTIVATED -> "deactivation";
            case FRAUD -> "fraud flag";
            case REMOVED -> "removal";
            case BARRED -> "bar";
        };
    }

    private static String until(@Nullable Hold hold) {
        return hold == null || hold.until() == null ? "" : " until " + Labels.time(hold.until());
    }

    private static String changed(String hold, Hold before, Hold after) {
        Instant was = before.until();
        Instant is = after.until();
        if (!Objects.equals(was, is)) {
            String verb = is == null || (was != null && is.isAfter(was)) ? "extended" : "shortened";
            return verb + " the " + hold + " of %s "
                    + (is == null ? "to have no end" : "to " + Labels.time(is))
                    + (was == null ? " (had no end)" : " (was " + Labels.time(was) + ")");
        }
        boolean reason = !Objects.equals(before.reason(), after.reason());
        boolean note = !Objects.equals(before.note(), after.note());
        return "changed the "
                + (reason && note ? "reason and note of the " : reason ? "reason of the " : note ? "note of the " : "")
                + hold + " of %s";
    }
}
