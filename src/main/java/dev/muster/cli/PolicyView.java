package dev.muster.cli;

import java.io.PrintStream;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// Policies for people to read.
final class PolicyView {
    private PolicyView() {}

    static Table table() {
        return new Table("POLICY ID", "NAME", "RESOURCES", "DESCRIPTION", "CREATED (UTC)");
    }

    static void row(Table table, JsonNode policy) {
        table.row(
                Reply.text(policy, "id"),
                Reply.text(policy, "name"),
                Words.list(policy.path("resources")),
                Reply.text(policy, "description"),
                Text.time(Reply.text(policy, "createdAt")));
    }

    static Table tableOfUser() {
        return new Table("POLICY ID", "NAME", "RESOURCES", "THROUGH");
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

    static void print(PrintStream out, JsonNode policy) {
        Table facts = new Table("POLICY", Reply.text(policy, "name"));
        GroupView.printFacts(facts, policy);
        for (JsonNode resource : policy.path("resources")) {
            facts.row("resource", resource.asString(""));
        }
        facts.print(out);
    }
}
