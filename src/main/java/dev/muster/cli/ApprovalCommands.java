package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.post;
import static dev.muster.cli.command.CommandBuilder.server;

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
import dev.muster.cli.shell.CommandException;
import dev.muster.model.Approval;
import dev.muster.model.tenant.ApprovalRules;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Defines `muster approval`, which covers requests for approval, decisions on them, and the approval rules.
final class ApprovalCommands {
    private static final Input ID = Input.parameter("APPROVAL_ID", "The id, as shown by muster approval list.");
    private static final Input STATE = Input.option("--state", "STATE", "Only those in this state.")
            .oneOf(Approval.State.values(), Approval.State::wireName);
    private static final Input VERSION = Input.option(
                    "--version", "N", "The user's version that you looked at; needed if the user was changed since.")
            .read(Syntax.number("[0-9]{1,18}", "a number"));
    private static final Input REASON = Input.option("--reason", "TEXT", "A short reason.");
    private static final Input NOTE = Input.option("--note", "TEXT", "A note of at most 1,000 characters.");

    private static final Input ACTIONS = Input.option(
                    "--action", "ACTION", "What needs a second operator: bar, erase, annul-bar.")
            .oneOf(ApprovalRules.Action.values(), ApprovalRules.Action::wireName)
            .type(Input.Type.LIST)
            .field("actions");
    private static final Input BULK = Input.option(
                    "--bulk-threshold", "N", "Changes to more users than this at once need approval.")
            .read(Syntax.number("[1-9][0-9]{0,6}", "a number from 1 to 1000000"));
    private static final Input NOTHING = Input.flag("--none", "No action needs approval.");

    private static final List<Column> COLUMNS = List.of(
            Column.exact("APPROVAL ID", "approvalId"),
            Column.status("STATE", "state"),
            Column.text("ACTION", "action"),
            Column.exact("USER ID", "userId").leftOut(1),
            Column.text("REQUESTED BY", "requestedBy").from(each -> JsonText.actor(each.path("requestedBy"))),
            Column.time("REQUESTED", "requestedAt"),
            Column.time("LAPSES", "lapsesAt").leftOut(2));

    private static final View ONE = View.of(ApprovalCommands::print);
    private static final View RULES = View.of((printer, rules) -> new Details(printer, "APPROVAL RULES", "", rules)
            .row("actions", rules.path("actions").isEmpty() ? "none" : JsonText.list(rules.path("actions")))
            .row("bulkThreshold", rules.hasNonNull("bulkThreshold") ? JsonText.of(rules, "bulkThreshold") : "none")
            .print());

    private ApprovalCommands() {}

    static CommandSpec all() {
        return CommandBuilder.group(
                "approval",
                List.of("Requests that need a second operator."),
                server("approve")
                        .help(
                                "Approve a request and execute it.",
                                "",
                                "Only another operator can, with the scope that the request needs: give an operator's"
                                        + " access token as the key.")
                        .examples("muster approval approve 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .with(ID, VERSION)
                        .dryRun()
                        .runs(ApprovalCommands::approve),
                post("decline", "approvals/{APPROVAL_ID}/decline", ID)
                        .help("Decline a request, or withdraw your own.")
                        .examples("muster approval decline 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --reason wrong_person")
                        .body(REASON, NOTE)
                        .says("Declined {APPROVAL_ID}."),
                get("list", "approvals")
                        .help("List the requests for approval, newest first.")
                        .examples("muster approval list --state pending")
                        .query(STATE)
                        .lists(COLUMNS),
                server("rules")
                        .help(
                                "Show what needs a second operator, or set it.",
                                "",
                                "Setting replaces all of it. Once something needs a second operator, changing the rules does"
                                        + " too.")
                        .examples(
                                "muster approval rules",
                                "muster approval rules --action bar,erase --bulk-threshold 20",
                                "muster approval rules --none")
                        .with(ACTIONS, BULK, NOTHING)
                        .dryRun()
                        .runs(ApprovalCommands::rules),
                get("show", "approvals/{APPROVAL_ID}", ID)
                        .help("Show a request for approval.")
                        .examples("muster approval show 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .shows(ONE));
    }

    private static int approve(Invocation in) {
        ApiRequest request = ApiRequest.post("approvals", in.word(ID), "approve");
        if (in.has(VERSION)) {
            request = request.header("If-Match", "\"" + in.word(VERSION) + "\"");
        }
        return in.print(in.change(request), ApprovalCommands::print);
    }

    private static int rules(Invocation in) {
        boolean sets = in.has(ACTIONS) || in.has(BULK);
        if (sets && in.has(NOTHING)) {
            throw CommandException.usage("--none excludes --action and --bulk-threshold");
        }
        if (!sets && !in.has(NOTHING)) {
            return in.print(in.ask(ApiRequest.get("approval-rules")), RULES);
        }
        JsonNode actions = in.value(ACTIONS);
        ApiRequest request = ApiRequest.put("approval-rules")
                .field("actions", actions == null ? JsonNodeFactory.instance.arrayNode() : actions)
                .field("bulkThreshold", in.value(BULK));
        return in.print(in.change(request), RULES);
    }

    private static void print(Printer printer, JsonNode approval) {
        Details details = new Details(printer, "APPROVAL", JsonText.of(approval, "approvalId"), approval)
                .fields("state", "action", "userId", "versionAtRequest", "version");
        approval.path("commands").forEach(command -> details.row("command", words(command)));
        details.row("requestedBy", JsonText.actor(approval.path("requestedBy")))
                .time("requestedAt")
                .time("lapsesAt");
        if (approval.hasNonNull("decidedBy")) {
            details.row("decidedBy", JsonText.actor(approval.path("decidedBy")));
        }
        details.time("decidedAt").print();
    }

    private static String words(JsonNode command) {
        StringJoiner words = new StringJoiner(", ");
        words.add(JsonText.of(command, "command"));
        Stream.of("jobId", "kind", "label", "until", "reason", "note", "allowed", "bulkThreshold")
                .filter(command::hasNonNull)
                .forEach(field -> words.add(field + " " + JsonText.of(command, field)));
        if (command.has("actions")) {
            words.add("actions " + JsonText.list(command.path("actions")));
        }
        return words.toString();
    }
}
