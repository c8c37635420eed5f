package dev.muster.cli;

import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// Journal entries as people read them.
final class EntryView {
    /// Entries about anything.
    static final List<Column> COLUMNS = List.of(
            Column.exact("SEQ", "seq"),
            Column.time("AT", "at"),
            Column.exact("ACTION", "action"),
            Column.exact("SUBJECT", "subject").leftOut(1),
            Column.text("BY", "actor"),
            Column.text("REASON", "reason").leftOut(2),
            Column.text("CHANGES", "changes"),
            Column.text("NOTE", "note").leftOut(3));

    /// Entries about one thing, which need not name it.
    static final List<Column> OF_ONE_SUBJECT =
            COLUMNS.stream().filter(column -> !column.field().equals("subject")).toList();

    private EntryView() {}

    static void row(Table table, JsonNode entry) {
        JsonNode subject = entry.path("subject");
        table.row(
                Reply.text(entry, "seq"),
                Reply.text(entry, "at"),
                Reply.text(entry, "action"),
                (Reply.text(subject, "type") + " " + Reply.text(subject, "id")).strip(),
                Words.actor(entry.path("actor")),
                Reply.text(entry, "reason"),
                changes(entry.path("changes")),
                Reply.text(entry, "note"));
    }

    static void rowOfOneSubject(Table table, JsonNode entry) {
        table.row(
                Reply.text(entry, "seq"),
                Reply.text(entry, "at"),
                Reply.text(entry, "action"),
                Words.actor(entry.path("actor")),
                Reply.text(entry, "reason"),
                changes(entry.path("changes")),
                Reply.text(entry, "note"));
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
