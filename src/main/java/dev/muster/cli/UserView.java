package dev.muster.cli;

import java.io.PrintStream;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Users and standings for people to read.
final class UserView {
    private static final List<String> FACTS = List.of(
            "id",
            "number",
            "externalId",
            "email",
            "emailConfirmedAt",
            "username",
            "name",
            "givenName",
            "familyName",
            "tag",
            "rank",
            "registeredAt",
            "updatedAt",
            "activeAt",
            "deviceAddedAt",
            "erasedAt",
            "version");

    private UserView() {}

    static Table table() {
        return new Table(
                "NUMBER", "STATUS", "RANK", "TAG", "EMAIL", "EXTERNAL ID", "USERNAME", "NAME", "REGISTERED (UTC)");
    }

    static void row(Table table, JsonNode user) {
        table.row(
                Reply.text(user, "number"),
                Reply.text(user.path("standing"), "status"),
                Reply.text(user, "rank"),
                Reply.text(user, "tag"),
                Reply.text(user, "email"),
                Reply.text(user, "externalId"),
                Reply.text(user, "username"),
                name(user),
                Text.time(Reply.text(user, "registeredAt")));
    }

    private static String name(JsonNode user) {
        String name = Reply.text(user, "name");
        return name.isEmpty() ? (Reply.text(user, "givenName") + " " + Reply.text(user, "familyName")).strip() : name;
    }

    /// Everything that the user has, and their standing.
    static void print(PrintStream out, JsonNode user) {
        Table facts = new Table("USER", name(user));
        for (String fact : FACTS) {
            String text = Reply.text(user, fact);
            if (!text.isEmpty()) {
                boolean time = fact.endsWith("At");
                facts.row(time ? fact.substring(0, fact.length() - 2) : fact, time ? Text.time(text) + " UTC" : text);
            }
        }
        printMore(facts, user);
        facts.print(out);
        out.println();
        printStanding(out, user.path("standing"));
    }

    private static void printMore(Table facts, JsonNode user) {
        JsonNode enrolment = user.path("enrolment");
        if (enrolment.hasNonNull("jobId")) {
            facts.row("enrolment", Reply.text(enrolment, "state") + ", by job " + Reply.text(enrolment, "jobId"));
        }
        if (!user.path("workstations").isEmpty()) {
            facts.row("workstations", Words.list(user.path("workstations")));
        }
        for (JsonNode card : user.path("cards")) {
            facts.row("card", (Reply.text(card, "number") + " " + Reply.text(card, "label")).strip());
        }
        if (!user.path("metadata").isEmpty()) {
            facts.row("metadata", user.path("metadata").toString());
        }
    }

    /// The decision in a sentence, and the holds behind it.
    static void printStanding(PrintStream out, JsonNode standing) {
        String decision = Reply.text(standing, "decision");
        String until = Reply.text(standing, "until");
        String change = until.isEmpty()
                ? ""
                : ", until " + Text.time(until) + " UTC, then " + words(Reply.text(standing, "next"));
        out.println(Text.line(Reply.text(standing, "status") + ": " + words(decision) + change));
        if (standing.path("holds").isEmpty()) {
            return;
        }
        Table holds = new Table("HOLD", "LABEL", "DECIDES", "REASON", "UNTIL (UTC)", "PLACED (UTC)", "BY", "NOTE");
        for (JsonNode hold : standing.path("holds")) {
            holds.row(
                    Reply.text(hold, "kind"),
                    Reply.text(hold, "label"),
                    hold.path("decides").asBoolean(false) ? "yes" : "no",
                    Reply.text(hold, "reason"),
                    Text.time(Reply.text(hold, "until")),
                    Text.time(Reply.text(hold, "placedAt")),
                    (Reply.text(hold.path("placedBy"), "kind") + " " + Reply.text(hold.path("placedBy"), "id")).strip(),
                    Reply.text(hold, "note"));
        }
        holds.print(out);
    }

    private static String words(String decision) {
        return switch (decision) {
            case "allow" -> "may act";
            case "deny" -> "may not act";
            case "process_but_fail" -> "may act, and it fails";
            default -> decision;
        };
    }
}
