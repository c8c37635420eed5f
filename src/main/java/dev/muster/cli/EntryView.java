package dev.muster.cli;

import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// Journal entries as people read them.
final class EntryView {
    private EntryView() {}

    static Table table() {
        return new Table("SEQ", "AT (UTC)", "ACTION", "SUBJECT", "BY", "REASON", "CHANGES", "NOTE");
    }

    static void row(Table table, JsonNode entry) {
        JsonNode subject = entry.path("subject");
        table.row(
                Reply.text(entry, "seq"),
                Text.time(Reply.text(entry, "at")),
                Reply.text(entry, "action"),
                (Reply.text(subject, "type") + " " + Reply.text(subject, "id")).strip(),
                by(entry.path("actor")),
                Reply.text(entry, "reason"),
                changes(entry.path("changes")),
                Reply.text(entry, "note"));
    }

    /// The name that the actor had then, where there is one.
    private static String by(JsonNode actor) {
        String name = Reply.text(actor, "name");
        return (Reply.text(actor, "kind") + " " + (name.isEmpty() ? Reply.text(actor, "id") : name)).strip();
    }

    private static String changes(JsonNode changes) {
        StringJoiner all = new StringJoiner(", ");
        changes.properties()
                .forEach(change -> all.add(change.getKey() + ": "
                        + shown(change.getValue().path(0)) + " -> "
                        + shown(change.getValue().path(1))));
        return all.toString();
    }

    private static String shown(JsonNode value) {
        return value.isNull() || value.isMissingNode() ? "none" : value.asString(value.toString());
    }
}
