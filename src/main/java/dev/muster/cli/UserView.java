package dev.muster.cli;

import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Table;
import dev.muster.text.PrintableText;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Formats users and their standing for people.
final class UserView {
    private static final String[] FIELDS = {
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
        "version"
    };

    /// The columns of a list of users.
    static final List<Column> COLUMNS = List.of(
            Column.exact("NUMBER", "number"),
            Column.status("STATUS", "status").in("standing"),
            Column.exact("RANK", "rank").leftOut(2),
            Column.exact("TAG", "tag").leftOut(3),
            Column.exact("EMAIL", "email"),
            Column.exact("EXTERNAL ID", "externalId"),
            Column.exact("USERNAME", "username").leftOut(1),
            Column.text("NAME", "name").from(UserView::name),
            Column.time("REGISTERED", "registeredAt").leftOut(4));

    /// The view of a user.
    static final View USER = View.of(
            List.of(
                    Column.exact("NUMBER", "number"),
                    Column.status("STATUS", "status").in("standing"),
                    Column.exact("DECISION", "decision").in("standing"),
                    Column.time("UNTIL", "until").in("standing"),
                    Column.text("NAME", "name").from(UserView::name)),
            UserView::print);

    /// The view of a standing.
    static final View STANDING = View.of(
            List.of(
                    Column.status("STATUS", "status"),
                    Column.exact("DECISION", "decision"),
                    Column.time("UNTIL", "until"),
                    Column.exact("THEN", "next")),
            UserView::printStanding);

    private static final List<Column> HOLDS = List.of(
            Column.status("HOLD", "kind"),
            Column.exact("LABEL", "label"),
            Column.exact("DECIDES", "decides").from(hold -> hold.path("decides").asBoolean(false) ? "yes" : "no"),
            Column.text("REASON", "reason"),
            Column.time("UNTIL", "until"),
            Column.time("PLACED", "placedAt"),
            Column.text("BY", "placedBy").from(hold -> JsonText.actor(hold.path("placedBy"))));

    /// The additional columns if a hold was changed.
    private static final List<Column> CHANGES = List.of(
            Column.time("CHANGED", "changedAt"),
            Column.text("BY", "changedBy").from(hold -> JsonText.actor(hold.path("changedBy"))));

    private UserView() {}

    private static String name(JsonNode user) {
        String name = JsonText.of(user, "name");
        return name.isEmpty() ? joined(user, "givenName", "familyName") : name;
    }

    private static String joined(JsonNode node, String first, String second) {
        return (JsonText.of(node, first) + " " + JsonText.of(node, second)).strip();
    }

    /// Prints all fields of a user, and their standing.
    static void print(Printer printer, JsonNode user) {
        Details details = new Details(printer, "USER", name(user), user);
        for (String field : FIELDS) {
            var _ = field.endsWith("At") ? details.time(field) : details.fields(field);
        }
        JsonNode enrolment = user.path("enrolment");
        if (enrolment.hasNonNull("jobId")) {
            details.row("enrolment", JsonText.of(enrolment, "state") + ", by job " + JsonText.of(enrolment, "jobId"));
        }
        details.row("workstations", JsonText.list(user.path("workstations")));
        user.path("cards").forEach(card -> details.row("card", joined(card, "number", "label")));
        if (!user.path("metadata").isEmpty()) {
            details.row("metadata", user.path("metadata").toString());
        }
        details.print();
        printer.println("");
        printStanding(printer, user.path("standing"));
    }

    /// Prints the decision as a sentence, and the holds that determine it.
    private static void printStanding(Printer printer, JsonNode standing) {
        String status = PrintableText.line(JsonText.of(standing, "status"));
        String until = JsonText.of(standing, "until");
        String change = until.isEmpty()
                ? ""
                : ", until " + printer.time(until) + ", then " + words(JsonText.of(standing, "next"));
        printer.println(printer.paint(Printer.colourOf(status), status)
                + PrintableText.line(": " + words(JsonText.of(standing, "decision")) + change));
        if (standing.path("holds").isEmpty()) {
            return;
        }
        List<Column> columns = new ArrayList<>(HOLDS);
        if (standing.path("holds").valueStream().anyMatch(hold -> hold.hasNonNull("changedAt"))) {
            columns.addAll(CHANGES);
        }
        columns.add(Column.text("NOTE", "note"));
        Table holds = new Table(columns);
        standing.path("holds").forEach(hold -> holds.row(hold));
        holds.print(printer);
    }

    private static String words(String decision) {
        return switch (decision) {
            case "allow" -> "may act";
            case "deny" -> "may not act";
            case "process_but_fail" -> "may act, but jobs fail";
            default -> decision;
        };
    }
}
