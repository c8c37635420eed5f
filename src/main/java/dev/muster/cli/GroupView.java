package dev.muster.cli;

import java.io.PrintStream;
import tools.jackson.databind.JsonNode;

/// Groups for people to read.
final class GroupView {
    private GroupView() {}

    static Table table() {
        return new Table("GROUP ID", "NAME", "DESCRIPTION", "CREATED (UTC)");
    }

    static void row(Table table, JsonNode group) {
        table.row(
                Reply.text(group, "id"),
                Reply.text(group, "name"),
                Reply.text(group, "description"),
                Text.time(Reply.text(group, "createdAt")));
    }

    static void print(PrintStream out, JsonNode group) {
        Table facts = new Table("GROUP", Reply.text(group, "name"));
        printFacts(facts, group);
        facts.print(out);
    }

    /// What groups and policies have in common.
    static void printFacts(Table facts, JsonNode node) {
        facts.row("id", Reply.text(node, "id"));
        if (node.hasNonNull("description")) {
            facts.row("description", Reply.text(node, "description"));
        }
        facts.row("created", Text.time(Reply.text(node, "createdAt")) + " UTC");
        facts.row("updated", Text.time(Reply.text(node, "updatedAt")) + " UTC");
    }
}
