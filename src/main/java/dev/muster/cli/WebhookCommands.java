package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.delete;
import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.patch;
import static dev.muster.cli.command.CommandBuilder.post;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.model.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Defines `muster webhook`.
final class WebhookCommands {
    static final String EXAMPLE = "0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11";

    static final Input ID = Input.parameter("WEBHOOK_ID", "Id from muster webhook list.");
    private static final Input URL =
            Input.parameter("URL", "Where events are sent, such as https://example.org/muster.");
    private static final Input NEW_URL =
            Input.option("--to", "URL", "Where events are sent from now on.").field("url");
    private static final Input TYPES = Input.option(
                    "--type",
                    "TYPE",
                    "Types of events to send, such as user.standing.changed,user.hold.*; default: all.")
            .type(Input.Type.LIST)
            .field("types")
            .orElse(JsonNodeFactory.instance.arrayNode().add("*"));
    private static final Input NEW_TYPES = Input.option(
                    "--type",
                    "TYPE",
                    "Types of events to send, such as user.standing.changed,user.hold.*, or *. muster webhook create"
                            + " --help lists them.")
            .type(Input.Type.LIST)
            .field("types");
    private static final Input PAYLOAD = Input.option(
                    "--payload", "PAYLOAD", "thin, without personal data (default), or full, which needs journal:read.")
            .oneOf(List.of("thin", "full"));
    private static final Input DESCRIPTION = Input.option("--description", "TEXT", "What it is for.");
    private static final Input NO_DESCRIPTION = Input.flag("--no-description", "Remove the description.")
            .field("description")
            .read((_, _, _) -> JsonNodeFactory.instance.nullNode());
    private static final Input STRICT = Input.flag(
            "--strict", "An event that the endpoint refuses holds back all later ones, until it is accepted.");
    private static final Input NOT_STRICT = Input.flag(
                    "--no-strict", "A refused event holds back only later ones about the same subject.")
            .field("strict")
            .read((_, _, _) -> JsonNodeFactory.instance.booleanNode(false));
    private static final Input FROM = from("now");
    private static final Input RESUME_FROM = from("where it stopped");
    private static final Input OVERLAP = Input.option(
                    "--overlap",
                    "HOURS",
                    "For how many hours requests are signed with the previous secret too; default: 24; 0 for a leaked"
                            + " one.")
            .read(Syntax.number("[0-9]{1,3}", "a number of hours up to 168"))
            .field("overlapHours");

    /// The width of the list of types in the help.
    private static final int TYPES_WIDTH = 96;

    private static final List<Column> COLUMNS = List.of(
            Column.exact("WEBHOOK ID", "webhookId"),
            Column.text("URL", "url"),
            Column.text("TYPES", "types")
                    .from(webhook -> JsonText.list(webhook.path("types")))
                    .leftOut(2),
            Column.exact("PAYLOAD", "payload").leftOut(3),
            Column.text("STATE", "state").from(WebhookCommands::state),
            Column.exact("BEHIND", "entriesBehind").in("health"),
            Column.exact("FAILURES", "failures").in("health"),
            Column.time("NEXT ATTEMPT", "retryAt").in("health"),
            Column.text("DESCRIPTION", "description").leftOut(1),
            Column.time("CREATED", "createdAt").leftOut(4));

    private static final View WEBHOOK =
            View.of((printer, webhook) -> details(printer, webhook).print());

    private WebhookCommands() {}

    private static Input from(String usual) {
        return Input.option(
                        "--from",
                        "SEQ",
                        "The number of the first journal entry to send, 1 for all, or now; default: " + usual + ".")
                .read((name, text, now) -> text.equals("now")
                        ? JsonNodeFactory.instance.stringNode(text)
                        : Syntax.number("[0-9]{1,18}", "a number or now").read(name, text, now));
    }

    /// The state, with its cause.
    private static String state(JsonNode webhook) {
        String cause = JsonText.of(webhook, "cause");
        return JsonText.of(webhook, "state") + (cause.isEmpty() ? "" : " (" + cause + ")");
    }

    private static Details details(Printer printer, JsonNode webhook) {
        JsonNode health = webhook.path("health");
        Details details = new Details(printer, "WEBHOOK", JsonText.of(webhook, "url"), webhook)
                .fields("webhookId", "secret", "description")
                .row("types", JsonText.list(webhook.path("types")))
                .fields("payload", "strict")
                .row("state", state(webhook))
                .row("since", printer.time(JsonText.of(webhook, "stateSince")))
                .fields("cursor");
        Stream.of("head", "entriesBehind", "secondsBehind", "failures")
                .forEach(name -> details.row(name, JsonText.of(health, name)));
        Stream.of("failingSince", "retryAt", "lastSuccessAt", "lastAttemptAt")
                .forEach(name -> details.row(name, printer.time(JsonText.of(health, name))));
        return details.row("previousSecretUntil", printer.time(JsonText.of(webhook, "previousSecretUntil")))
                .row("madeBy", JsonText.actor(webhook.path("madeBy")))
                .time("createdAt");
    }

    static CommandSpec all() {
        return CommandBuilder.group(
                "webhook",
                List.of("Endpoints that receive a realm's events by HTTP."),
                server("create")
                        .help(creationHelp())
                        .examples(
                                "muster webhook create https://example.org/muster --type user.standing.changed",
                                "muster webhook create https://example.org/audit --payload full --from 1")
                        .with(URL, TYPES, PAYLOAD, DESCRIPTION, FROM, STRICT)
                        .runs(WebhookCommands::create),
                delete("delete", "webhooks/{WEBHOOK_ID}", ID)
                        .help("Delete a webhook. Events that were not sent yet are never sent.")
                        .examples("muster webhook delete " + EXAMPLE)
                        .confirm(ID, "This deletes", "no webhook was deleted")
                        .says("Deleted webhook {WEBHOOK_ID}."),
                DeliveryCommands.deliveries(),
                get("list", "webhooks")
                        .help("List the realm's webhooks, without their secrets.")
                        .examples("muster webhook list", "muster webhook list --json")
                        .lists(COLUMNS),
                post("pause", "webhooks/{WEBHOOK_ID}/pause", ID)
                        .help("Pause a webhook. Its events wait until it is resumed.")
                        .examples("muster webhook pause " + EXAMPLE)
                        .shows(WEBHOOK),
                DeliveryCommands.ping(),
                DeliveryCommands.redeliver(),
                DeliveryCommands.replay(),
                post("resume", "webhooks/{WEBHOOK_ID}/resume", ID)
                        .help(
                                "Resume a webhook that was paused or disabled.",
                                "",
                                "With --from it continues at another entry, even if it is active.")
                        .examples(
                                "muster webhook resume " + EXAMPLE, "muster webhook resume " + EXAMPLE + " --from now")
                        .body(RESUME_FROM)
                        .shows(WEBHOOK),
                server("rotate")
                        .help(
                                "Replace the secret of a webhook. The new one is printed here and never again.",
                                "",
                                "For 24 hours, or as long as --overlap says, requests have signatures with both"
                                        + " secrets, so that the endpoint has time to change.")
                        .examples(
                                "muster webhook rotate " + EXAMPLE, "muster webhook rotate " + EXAMPLE + " --overlap 0")
                        .with(ID, OVERLAP)
                        .runs(WebhookCommands::rotate),
                get("show", "webhooks/{WEBHOOK_ID}", ID)
                        .help("Show a webhook and its progress.")
                        .examples("muster webhook show " + EXAMPLE)
                        .shows(WEBHOOK),
                patch("update", "webhooks/{WEBHOOK_ID}", ID)
                        .help("Change a webhook. Options you omit leave their values unchanged; the cursor stays.")
                        .examples(
                                "muster webhook update " + EXAMPLE + " --to https://example.org/v2/muster",
                                "muster webhook update " + EXAMPLE + " --type user.*,job.* --no-strict")
                        .body(NEW_URL, NEW_TYPES, PAYLOAD, DESCRIPTION, NO_DESCRIPTION, STRICT, NOT_STRICT)
                        .shows(WEBHOOK));
    }

    /// Lists the types of events, in lines that are short enough not to be broken within a type.
    private static String[] creationHelp() {
        List<String> lines = new ArrayList<>(List.of(
                "Create a webhook. Its secret is printed here and never again.",
                "",
                "The endpoint uses the secret to check that a request comes from Muster, as Standard Webhooks"
                        + " specifies.",
                "",
                "Types of events:"));
        String line = "";
        for (String type : Event.types()) {
            if (line.length() + type.length() > TYPES_WIDTH) {
                lines.add(line);
                line = "";
            }
            line += "  " + type;
        }
        lines.add(line);
        return lines.toArray(String[]::new);
    }

    private static int create(Invocation in) {
        ApiRequest request = ApiRequest.post("webhooks");
        Stream.of(URL, TYPES, PAYLOAD, DESCRIPTION, FROM, STRICT)
                .forEach(input -> request.field(input.field(), in.value(input)));
        ApiReply made = in.change(request);
        return print(in, made, () -> in.change(ApiRequest.delete("webhooks", JsonText.of(made.json(), "webhookId"))));
    }

    private static int rotate(Invocation in) {
        ApiRequest request =
                ApiRequest.post("webhooks", in.word(ID), "rotate-secret").field(OVERLAP.field(), in.value(OVERLAP));
        return print(in, in.change(request), () -> in.note("Rotate the secret again: the new one was not shown."));
    }

    /// Prints a secret that is shown only once.
    private static int print(Invocation in, ApiReply made, Runnable unseen) {
        int code = in.printSecret(made, WebhookCommands::details, unseen);
        if (!in.isJson()) {
            in.note("Keep the secret now: it is not shown again.");
        }
        return code;
    }
}
