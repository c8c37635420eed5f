package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.post;

import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// `muster webhook ping`, `deliveries`, `redeliver` and `replay`.
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

    private static final View PING =
            View.of((printer, ping) -> new Details(printer, "PING", JsonText.of(ping, "eventId"), ping)
                    .fields("state", "status", "millis", "error")
                    .time("at")
                    .print());

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
        return post("ping", "webhooks/{WEBHOOK_ID}/ping", WebhookCommands.ID)
                .withoutDryRun()
                .help(
                        "Send a test message to a webhook, and show the response.",
                        "",
                        "It is signed like events and has the type webhook.ping. If the endpoint accepts it, a webhook"
                                + " that was waiting after failures continues.")
                .examples("muster webhook ping " + WebhookCommands.EXAMPLE)
                .shows(PING);
    }

    static CommandSpec redeliver() {
        return post("redeliver", "webhooks/{WEBHOOK_ID}/deliveries/{EVENT_ID}/redeliver", WebhookCommands.ID, EVENT)
                .withoutDryRun()
                .help("Send an event again, as soon as possible.")
                .examples("muster webhook redeliver " + WebhookCommands.EXAMPLE + " evt_7000000000001_12")
                .says("Event {EVENT_ID} will be sent again.");
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
                .says("Entries {from} to {to} will be sent again.");
    }
}
