package dev.muster.cli;

import java.util.ArrayList;
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

    /// A list of users.
    static final List<Column> COLUMNS = List.of(
            Column.exact("NUMBER", "number"),
            Column.status("STATUS", "status"),
            Column.exact("RANK", "rank").leftOut(2),
            Column.exact("TAG", "tag").leftOut(3),
            Column.exact("EMAIL", "email"),
            Column.exact("EXTERNAL ID", "externalId"),
            Column.exact("USERNAME", "username").leftOut(1),
            Column.text("NAME", "name"),
            Column.time("REGISTERED", "registeredAt").leftOut(4));

    /// An answer that is a user.
    static final PerUser.Shape USER = new PerUser.Shape(
            List.of(
                    Column.exact("NUMBER", "number"),
                    Column.status("STATUS", "status"),
                    Column.exact("DECISION", "decision"),
                    Column.time("UNTIL", "until"),
                    Column.text("NAME", "name")),
            user -> List.of(
                    Reply.text(user, "number"),
                    Reply.text(user.path("standing"), "status"),
                    Reply.text(user.path("standing"), "decision"),
                    Reply.text(user.path("standing"), "until"),
                    name(user)),
            (display, _, user) -> print(display, user));

    /// An answer that is a standing.
    static final PerUser.Shape STANDING = new PerUser.Shape(
            List.of(
                    Column.status("STATUS", "status"),
                    Column.exact("DECISION", "decision"),
                    Column.time("UNTIL", "until"),
                    Column.exact("THEN", "next")),
            standing -> List.of(
                    Reply.text(standing, "status"),
                    Reply.text(standing, "decision"),
                    Reply.text(standing, "until"),
                    Reply.text(standing, "next")),
            (display, _, standing) -> printStanding(display, standing));

    private UserView() {}

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
                Reply.text(user, "registeredAt"));
    }

    private static String name(JsonNode user) {
        String name = Reply.text(user, "name");
        return name.isEmpty() ? (Reply.text(user, "givenName") + " " + Reply.text(user, "familyName")).strip() : name;
    }

    /// Everything that the user has, and their standing.
    static void print(Display display, JsonNode user) {
        Table facts = Table.facts("USER", name(user));
        for (String fact : FACTS) {
            String text = Reply.text(user, fact);
            if (!text.isEmpty()) {
                boolean time = fact.endsWith("At");
                facts.row(time ? fact.substring(0, fact.length() - 2) : fact, time ? display.time(text) : text);
            }
        }
        printMore(facts, user);
        facts.print(display);
        display.println("");
        printStanding(display, user.path("standing"));
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
    private static void printStanding(Display display, JsonNode standing) {
        String status = Text.line(Reply.text(standing, "status"));
        String until = Reply.text(standing, "until");
        String change = until.isEmpty()
                ? ""
                : ", until " + display.time(until) + ", then " + words(Reply.text(standing, "next"));
        display.println(display.paint(Display.colourOf(status), status)
                + Text.line(": " + words(Reply.text(standing, "decision")) + change));
        if (standing.path("holds").isEmpty()) {
            return;
        }
        boolean changed = standing.path("holds").valueStream().anyMatch(hold -> hold.hasNonNull("changedAt"));
        List<Column> columns = new ArrayList<>(List.of(
                Column.status("HOLD", "kind"),
                Column.exact("LABEL", "label"),
                Column.exact("DECIDES", "decides"),
                Column.text("REASON", "reason"),
                Column.time("UNTIL", "until"),
                Column.time("PLACED", "placedAt"),
                Column.text("BY", "placedBy")));
        if (changed) {
            columns.add(Column.time("CHANGED", "changedAt"));
            columns.add(Column.text("BY", "changedBy"));
        }
        columns.add(Column.text("NOTE", "note"));
        Table holds = new Table(columns);
        for (JsonNode hold : standing.path("holds")) {
            List<String> cells = new ArrayList<>(List.of(
                    Reply.text(hold, "kind"),
                    Reply.text(hold, "label"),
                    hold.path("decides").asBoolean(false) ? "yes" : "no",
                    Reply.text(hold, "reason"),
                    Reply.text(hold, "until"),
                    Reply.text(hold, "placedAt"),
                    Words.actor(hold.path("placedBy"))));
            if (changed) {
                cells.add(Reply.text(hold, "changedAt"));
                cells.add(Words.actor(hold.path("changedBy")));
            }
            cells.add(Reply.text(hold, "note"));
            holds.row(cells.toArray(String[]::new));
        }
        holds.print(display);
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
