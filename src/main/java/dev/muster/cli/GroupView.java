package dev.muster.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// Groups for people to read.
final class GroupView {
    /// A list of groups.
    static final List<Column> COLUMNS = List.of(
            Column.exact("GROUP ID", "id"),
            Column.text("NAME", "name"),
            Column.text("DESCRIPTION", "description"),
            Column.time("CREATED", "createdAt").leftOut(1));

    private GroupView() {}

    static void row(Table table, JsonNode group) {
        table.row(
                Reply.text(group, "id"),
                Reply.text(group, "name"),
                Reply.text(group, "description"),
                Reply.text(group, "createdAt"));
    }

    static void print(Display display, JsonNode group) {
        Table facts = Table.facts("GROUP", Reply.text(group, "name"));
        addFacts(facts, display, group);
        facts.print(display);
    }

    /// What groups and policies have in common.
    static void addFacts(Table facts, Display display, JsonNode node) {
        facts.row("id", Reply.text(node, "id"));
        if (node.hasNonNull("description")) {
            facts.row("description", Reply.text(node, "description"));
        }
        facts.row("created", display.time(Reply.text(node, "createdAt")));
        facts.row("updated", display.time(Reply.text(node, "updatedAt")));
    }
}
