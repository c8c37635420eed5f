package dev.muster.cli;

import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// Policies for people to read.
final class PolicyView {
    /// A list of policies.
    static final List<Column> COLUMNS = List.of(
            Column.exact("POLICY ID", "id"),
            Column.text("NAME", "name"),
            Column.text("RESOURCES", "resources"),
            Column.text("DESCRIPTION", "description").leftOut(2),
            Column.time("CREATED", "createdAt").leftOut(1));

    /// A user's policies.
    static final List<Column> COLUMNS_OF_USER = List.of(
            Column.exact("POLICY ID", "id"),
            Column.text("NAME", "name"),
            Column.text("RESOURCES", "resources"),
            Column.exact("THROUGH", "through"));

    private PolicyView() {}

    static void row(Table table, JsonNode policy) {
        table.row(
                Reply.text(policy, "id"),
                Reply.text(policy, "name"),
                Words.list(policy.path("resources")),
                Reply.text(policy, "description"),
                Reply.text(policy, "createdAt"));
    }

    static void rowOfUser(Table table, JsonNode policy) {
        StringJoiner through = new StringJoiner(",");
        if (policy.path("direct").asBoolean(false)) {
            through.add("user");
        }
        if (policy.path("throughGroups").asBoolean(false)) {
            through.add("group");
        }
        table.row(
                Reply.text(policy, "id"),
                Reply.text(policy, "name"),
                Words.list(policy.path("resources")),
                through.toString());
    }

    static void print(Display display, JsonNode policy) {
        Table facts = Table.facts("POLICY", Reply.text(policy, "name"));
        GroupView.addFacts(facts, display, policy);
        for (JsonNode resource : policy.path("resources")) {
            facts.row("resource", resource.asString(""));
        }
        facts.print(display);
    }
}
