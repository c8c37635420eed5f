package dev.muster.cli;

import dev.muster.cli.output.Column;
import dev.muster.cli.output.JsonText;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// Journal entries, for people.
final class EntryView {
    static final List<Column> COLUMNS = List.of(
            Column.exact("SEQ", "seq"),
            Column.time("AT", "at"),
            Column.exact("ACTION", "action"),
            Column.exact("SUBJECT", "subject").from(EntryView::subject).leftOut(1),
            Column.text("BY", "actor").from(entry -> JsonText.actor(entry.path("actor"))),
            Column.text("REASON", "reason").leftOut(2),
            Column.text("CHANGES", "changes").from(entry -> changes(entry.path("changes"))),
            Column.text("NOTE", "note").leftOut(3));

    /// Entries about one thing, which need not name it.
    static final List<Column> OF_ONE_SUBJECT =
            COLUMNS.stream().filter(column -> !column.field().equals("subject")).toList();

    private EntryView() {}

    private static String subject(JsonNode entry) {
        JsonNode subject = entry.path("subject");
        return (JsonText.of(subject, "type") + " " + JsonText.of(subject, "id")).strip();
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
        return value.isNull() || value.isMissingNode() ? "none" : JsonText.of(value);
    }
}
