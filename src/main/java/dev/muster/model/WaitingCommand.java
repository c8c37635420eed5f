package dev.muster.model;

import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.HoldKind;
import dev.muster.model.value.Timestamps;
import dev.muster.model.value.WireNamed;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Converts commands that can wait for approval to fields and back. The fields are stored and shown to users.
public final class WaitingCommand {
    public static final String COMMAND = "command";

    private WaitingCommand() {}

    /// Returns the name and fields of a command as strings, numbers, booleans and lists of strings. Fields without
    /// a value are omitted.
    public static Map<String, Object> fields(Command.Deferrable command) {
        Map<String, Object> fields = new LinkedHashMap<>();
        switch (command) {
            case Command.Bar(var reason, var note) -> put(fields, "bar", reason, note);
            case Command.Erase(var reason, var note) -> put(fields, "erase", reason, note);
            case Command.AnnulBar(var reason) -> put(fields, "annul-bar", reason, null);
            case JobCommand.EraseJob(var job) -> {
                fields.put(COMMAND, "erase-job");
                fields.put("jobId", job);
            }
            case Command.PlaceHold(var kind, var label, var reason, var note, var until) -> {
                put(fields, "place-hold", reason, note);
                hold(fields, kind, label);
                if (until != null) {
                    fields.put("until", Timestamps.text(until));
                }
            }
            case Command.ReleaseHold(var kind, var label, var reason, var note) -> {
                put(fields, "release-hold", reason, note);
                hold(fields, kind, label);
            }
            case Command.EnsureHold(var kind) -> {
                fields.put(COMMAND, "ensure-hold");
                fields.put("kind", kind.wireName());
            }
            case Command.LiftHold(var kind) -> {
                fields.put(COMMAND, "lift-hold");
                fields.put("kind", kind.wireName());
            }
            case Command.AllowReenrolment(var allowed) -> {
                fields.put(COMMAND, "allow-reenrolment");
                fields.put("allowed", allowed);
            }
            case Command.SetApprovalRules(var rules) -> {
                fields.put(COMMAND, "set-approval-rules");
                fields.put("actions", rules.words());
                if (rules.bulkThreshold() != null) {
                    fields.put("bulkThreshold", rules.bulkThreshold());
                }
            }
        }
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable String reason, @Nullable String note) {
        fields.put(COMMAND, name);
        if (reason != null) {
            fields.put("reason", reason);
        }
        if (note != null) {
            fields.put("note", note);
        }
    }

    private static void hold(Map<String, Object> fields, HoldKind kind, String label) {
        fields.put("kind", kind.wireName());
        fields.put("label", label);
    }

    /// Returns the command with these fields: the reverse of [#fields].
    ///
    /// @throws IllegalArgumentException if the name or a field is missing or has an unknown value
    /// @throws ClassCastException if a field has the wrong type
    public static Command.Deferrable of(Map<?, ?> fields) {
        String reason = (String) fields.get("reason");
        String note = (String) fields.get("note");
        return switch (text(fields, COMMAND)) {
            case "bar" -> new Command.Bar(reason, note);
            case "erase" -> new Command.Erase(reason, note);
            case "annul-bar" -> new Command.AnnulBar(text(fields, "reason"));
            case "erase-job" -> new JobCommand.EraseJob(text(fields, "jobId"));
            case "place-hold" ->
                new Command.PlaceHold(kind(fields), text(fields, "label"), reason, note, until(fields));
            case "release-hold" -> new Command.ReleaseHold(kind(fields), text(fields, "label"), reason, note);
            case "ensure-hold" -> new Command.EnsureHold(kind(fields));
            case "lift-hold" -> new Command.LiftHold(kind(fields));
            case "allow-reenrolment" -> new Command.AllowReenrolment(Boolean.TRUE.equals(fields.get("allowed")));
            case "set-approval-rules" -> new Command.SetApprovalRules(rules(fields));
            default -> throw new IllegalArgumentException("not a waiting command: " + fields.get(COMMAND));
        };
    }

    private static String text(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a waiting command without " + name);
    }

    private static HoldKind kind(Map<?, ?> fields) {
        String word = text(fields, "kind");
        return known(WireNamed.of(HoldKind.values(), word), word);
    }

    private static <T> T known(@Nullable T value, Object text) {
        if (value == null) {
            throw new IllegalArgumentException("a waiting command with an unknown value: " + text);
        }
        return value;
    }

    private static @Nullable Instant until(Map<?, ?> fields) {
        return fields.get("until") instanceof String text ? known(Timestamps.parse(text), text) : null;
    }

    private static ApprovalRules rules(Map<?, ?> fields) {
        Set<ApprovalRules.Action> actions = new LinkedHashSet<>();
        if (fields.get("actions") instanceof List<?> words) {
            for (Object word : words) {
                actions.add(known(WireNamed.of(ApprovalRules.Action.values(), String.valueOf(word)), word));
            }
        }
        return new ApprovalRules(
                actions, fields.get("bulkThreshold") instanceof Number number ? number.intValue() : null);
    }
}
