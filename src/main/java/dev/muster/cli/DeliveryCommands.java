package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.post;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.text.PrintableText;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Defines `muster webhook ping`, `deliveries`, `redeliver` and `replay`.
final class DeliveryCommands {
    private static final Input EVENT = Input.parameter("EVENT_ID", "Id from muster webhook deliveries.");
    private static final Input STATE = Input.option(
                    "--state",
                    "STATE",
                    "parked: events that are refused and tried again; failed: events that were given up. Default:"
                            + " the last attempts.")
            .oneOf(List.of("parked", "failed"));
    private static final Input FROM = seq("--from", "The number of the first journal entry to send again.")
            .required();
    private static final Input TO = seq("--to", "The number of the last one, at most the webhook's cursor.")
            .required();

    private static final List<Column> COLUMNS = List.of(
            Column.exact("EVENT ID", "eventId"),
            Column.text("TYPE", "type"),
            Column.text("STATE", "state"),
            Column.time("AT", "at"),
            Column.text("STATUS", "status"),
            Column.text("MS", "millis").leftOut(3),
            Column.text("ERROR", "error").leftOut(1),
            Column.time("RETRY", "retryAt").leftOut(2));

    /// The number of columns of the response to a ping that are printed; it may be a page of HTML.
    private static final int REPLY_COLUMNS = 200;

    private DeliveryCommands() {}

    private static Input seq(String name, String help) {
        return Input.option(name, "SEQ", help).read(Syntax.number("[0-9]{1,18}", "a number"));
    }

    static CommandSpec deliveries() {
        return get("deliveries", "webhooks/{WEBHOOK_ID}/deliveries", WebhookCommands.ID)
                .help("List the last attempts to deliver events to a webhook, or events that it refuses.")
                .examples(
                        "muster webhook deliveries " + WebhookCommands.EXAMPLE,
                        "muster webhook deliveries " + WebhookCommands.EXAMPLE + " --state parked")
                .query(STATE)
                .lists(COLUMNS);
    }

    static CommandSpec ping() {
        return server("ping")
                .help(
                        "Send a test message to a webhook, and show the response.",
                        "",
                        "It is signed like events and has the type webhook.ping. If the endpoint accepts it, a webhook"
                                + " that was waiting after failures continues. If it does not accept it, or does not"
                                + " respond within 15 seconds, the exit code is 1.")
                .examples("muster webhook ping " + WebhookCommands.EXAMPLE)
                .with(WebhookCommands.ID)
                .runs(DeliveryCommands::ping);
    }

    private static int ping(Invocation in) {
        ApiReply reply = in.change(ApiRequest.post("webhooks", in.word(WebhookCommands.ID), "ping"));
        int printed = in.print(reply, DeliveryCommands::printPing);
        if (JsonText.of(reply.json(), "state").equals("delivered")) {
            return printed;
        }
        in.note("The endpoint did not accept the ping.");
        return Exit.REFUSED.code();
    }

    private static void printPing(Printer printer, JsonNode ping) {
        new Details(printer, "PING", JsonText.of(ping, "eventId"), ping)
                .fields("state", "status", "millis", "error")
                .row("reply", PrintableText.cut(JsonText.of(ping, "reply").strip(), REPLY_COLUMNS))
                .time("at")
                .print();
    }

    static CommandSpec redeliver() {
        return post("redeliver", "webhooks/{WEBHOOK_ID}/deliveries/{EVENT_ID}/redeliver", WebhookCommands.ID, EVENT)
                .withoutDryRun()
                .help("Send an event again, as soon as possible.")
                .examples("muster webhook redeliver " + WebhookCommands.EXAMPLE + " evt_7000000000001_12")
                .shows(sendsAgain("Event {EVENT_ID}"));
    }

    static CommandSpec replay() {
        return post("replay", "webhooks/{WEBHOOK_ID}/replay", WebhookCommands.ID)
                .withoutDryRun()
                .help(
                        "Send journal entries again, in order. Later entries wait until that is done.",
                        "",
                        "Events keep their ids, so that the endpoint can recognise them.")
                .examples("muster webhook replay " + WebhookCommands.EXAMPLE + " --from 3 --to 12")
                .body(FROM, TO)
                .shows(sendsAgain("Entries {from} to {to}"));
    }

    /// Says that something will be sent again, and whether it waits for the webhook to be resumed.
    private static View sendsAgain(String what) {
        return View.says(answer -> switch (JsonText.of(answer, "webhookState")) {
            case "paused", "disabled" ->
                what + " will be sent again once the webhook is resumed; it is {webhookState} now.";
            default -> what + " will be sent again.";
        });
    }
}
