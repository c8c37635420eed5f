package dev.muster.cli;

import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.JsonText;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Defines `muster events`.
final class EventCommands {
    /// The columns of a list of events.
    static final List<Column> COLUMNS = List.of(
            Column.exact("SEQ", "seq").from(event -> JsonText.of(event.path("data"), "seq")),
            Column.time("AT", "timestamp"),
            Column.exact("TYPE", "type"),
            Column.exact("SUBJECT", "subject").from(EventCommands::subject),
            Column.text("STANDING", "standing")
                    .from(event -> standing(event.path("data").path("standing"))),
            Column.text("BY", "actor")
                    .from(event -> JsonText.actor(event.path("data").path("actor"))));

    private EventCommands() {}

    private static String subject(JsonNode event) {
        JsonNode subject = event.path("data").path("subject");
        return (JsonText.of(subject, "type") + " " + JsonText.of(subject, "id")).strip();
    }

    /// Formats a change of standing, such as `active -> suspended until 2026-12-01T00:00:00Z`.
    private static String standing(JsonNode standing) {
        String before = JsonText.of(standing.path("before"), "status");
        String after = JsonText.of(standing.path("after"), "status");
        String until = JsonText.of(standing.path("after"), "until");
        return (before.isEmpty() || before.equals(after) ? after : before + " -> " + after)
                + (until.isEmpty() ? "" : " until " + until);
    }

    static CommandSpec all() {
        return CommandBuilder.group(
                "events", List.of("What happens in the realm, as it happens."), EventsTail.command());
    }
}
