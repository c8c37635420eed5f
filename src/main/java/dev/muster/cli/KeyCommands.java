package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiClient;
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
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.CommandException;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Defines `muster key`, which creates, lists and revokes API keys. [KeyRotation] defines `rotate`.
final class KeyCommands {
    static final Input ID = Input.parameter("KEY_ID", "As muster key list shows it.");

    private static final Input NAME = Input.parameter("NAME", "What the key is for.");
    private static final Input ROLE =
            Input.option("--role", "ROLE", "viewer, manager or admin.").oneOf(Role.values(), Role::wireName);
    private static final Input SCOPES = Input.option(
                    "--scope", "SCOPE", "What it may do, such as users:read,holds:write, instead of a role.")
            .oneOf(Scope.values(), Scope::wireName)
            .type(Input.Type.LIST)
            .field("scopes");
    private static final Input RANK = Input.option(
                    "--rank", "RANK", "REGULAR, ADMIN or SUPER; default: the role's, else REGULAR.")
            .oneOf(Rank.values(), Rank::name);
    private static final Input EXPIRES = Input.option(
                    "--expires",
                    "WHEN",
                    "An instant such as 2027-01-31T12:00:00Z, or a duration from now such as 90d; default: when the key"
                            + " that makes it expires, if it does.")
            .read(Syntax.UNTIL)
            .field("expiresAt");
    private static final Input ADDRESSES = Input.option(
                    "--allow-from",
                    "RANGE",
                    "The only addresses from which it may be used, such as 10.0.0.0/8,2001:db8::/32; default: any, or"
                            + " those of the key that makes it.")
            .type(Input.Type.LIST)
            .field("allowedAddresses");
    private static final Input NO_SIGNING = Input.flag(
                    "--no-signing", "Requests cannot be signed with it; a realm has at most 8 keys that can.")
            .field("signing")
            .read((_, _, _) -> JsonNodeFactory.instance.booleanNode(false));
    private static final Input TENANT =
            Input.option("--tenant", "PARTNER_ID", "The tenant to create it for; root only.");
    private static final Input ENVIRONMENT = Input.option(
                    "--environment", "ENV", "test or production; together with --tenant.")
            .oneOf(Environment.values(), Environment::wireName);
    private static final Input DESCENDANTS = Input.flag(
            "--descendants",
            "Also revoke all keys, and disable all operators and webhooks, that it created, directly or indirectly.");

    private static final List<Column> COLUMNS = List.of(
            Column.exact("KEY ID", "keyId"),
            Column.text("NAME", "name"),
            Column.text("ROLE OR SCOPES", "roleOrScopes")
                    .from(key -> key.hasNonNull("role") ? JsonText.of(key, "role") : JsonText.list(key.path("scopes"))),
            Column.exact("RANK", "rank").leftOut(3),
            Column.exact("ENDS IN", "lastFour").leftOut(6),
            Column.text("ALLOWED FROM", "allowedAddresses")
                    .from(key -> JsonText.list(key.path("allowedAddresses")))
                    .leftOut(7),
            Column.text("MADE BY", "madeBy")
                    .from(key -> JsonText.actor(key.path("madeBy")))
                    .leftOut(4),
            Column.time("CREATED", "createdAt").leftOut(5),
            Column.time("LAST USED", "lastUsedAt").leftOut(2),
            Column.time("EXPIRES", "expiresAt").leftOut(1),
            Column.time("REVOKED", "revokedAt"));

    private static final List<Column> CREATED_COLUMNS = List.of(
            Column.exact("ID", "id"),
            Column.text("WHAT", "type"),
            Column.text("NAME", "name"),
            Column.text("MADE BY", "madeBy").from(each -> JsonText.actor(each.path("madeBy"))),
            Column.time("CREATED", "createdAt").leftOut(2),
            Column.time("EXPIRES", "expiresAt").leftOut(1),
            Column.time("ENDED", "endedAt").from(KeyCommands::ended));

    private KeyCommands() {}

    static CommandSpec all() {
        return CommandBuilder.group(
                "key",
                List.of("API keys of a realm."),
                server("create")
                        .help(
                                "Create an API key with a role or with scopes.",
                                "",
                                "apiKey is sent as the bearer credential; apiSecret signs requests and is exchanged for tokens. Both are"
                                        + " printed here and never again. With --tenant and --environment, root makes an"
                                        + " admin key in a realm, such as one that lost its own.")
                        .examples(
                                "muster key create 'billing system' --role manager",
                                "muster key create reports --scope users:read,journal:read --expires 90d",
                                "muster key create ledger --role viewer --allow-from 203.0.113.0/24",
                                "MUSTER_KEY=$(cat data/root.key) muster key create rescue --tenant acme --environment"
                                        + " production")
                        .with(NAME, ROLE, SCOPES, RANK, EXPIRES, ADDRESSES, NO_SIGNING, TENANT, ENVIRONMENT)
                        .runs(KeyCommands::create),
                get("descendants", "keys/{KEY_ID}/descendants", ID)
                        .help(
                                "List the keys and operators that a key created, directly or indirectly.",
                                "",
                                "muster key revoke --descendants ends all of them with the key.")
                        .examples("muster key descendants 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .shows(View.of(KeyCommands::printDescendants)),
                get("list", "keys")
                        .help(
                                "List the realm's keys, including revoked ones, without their secrets.",
                                "",
                                "A key that turns up in a file is found by its last four characters (ENDS IN), and with"
                                        + " --json by its prefix, which is all of it before the secret.")
                        .examples("muster key list", "muster key list --json")
                        .lists(COLUMNS),
                server("revoke")
                        .help(
                                "Revoke a key. It can no longer write once this command succeeds, nor read a"
                                        + " second later.",
                                "",
                                "A key with keys:write is revoked only if another key lasts as long and has at least its rights.")
                        .examples(
                                "muster key revoke 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11",
                                "muster key revoke 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --descendants")
                        .with(ID, DESCENDANTS)
                        .runs(KeyCommands::revoke),
                KeyRotation.command());
    }

    private static int create(Invocation in) {
        ApiRequest request;
        if (in.has(TENANT) != in.has(ENVIRONMENT)) {
            throw CommandException.usage("--tenant and --environment are given together");
        }
        if (in.has(TENANT)) {
            if (Stream.of(ROLE, SCOPES, RANK, EXPIRES, ADDRESSES).anyMatch(in::has)) {
                throw CommandException.usage(
                        "--tenant makes an admin key: no --role, --scope, --rank, --expires or --allow-from");
            }
            request = ApiRequest.post("tenants", in.word(TENANT), in.word(ENVIRONMENT), "keys");
        } else {
            if (in.has(ROLE) == in.has(SCOPES)) {
                throw CommandException.usage(
                        in.has(ROLE) ? "--role and --scope exclude each other" : "--role or --scope is missing");
            }
            request = ApiRequest.post("keys");
        }
        Stream.of(NAME, ROLE, RANK, SCOPES, EXPIRES, ADDRESSES, NO_SIGNING)
                .forEach(input -> request.field(input.field(), in.value(input)));
        return print(in, in.change(request));
    }

    /// Prints the secrets of a new key.
    static int print(Invocation in, ApiReply made) {
        int code = in.printSecret(made, KeyCommands::secrets, () -> revokeUnseen(in, made.json()));
        if (!in.isJson()) {
            in.note("Keep apiKey and apiSecret now: they are not shown again.");
        }
        return code;
    }

    /// Revokes a key whose secret could not be shown. Uses the key itself or, if it lacks the permission, the
    /// caller's key.
    private static void revokeUnseen(Invocation in, JsonNode key) {
        ApiRequest request = ApiRequest.delete("keys", JsonText.of(key, "keyId"));
        try (ApiClient client = in.target().client(JsonText.of(key, "apiKey"))) {
            ApiReply revoked = client.send(request);
            if (revoked.status() == 403) {
                in.change(request);
            } else {
                revoked.granted();
            }
        }
    }

    private static Details secrets(Printer printer, JsonNode key) {
        return new Details(printer, "KEY", JsonText.of(key, "name"), key)
                .fields("keyId", "apiKey", "apiSecret")
                .time("expiresAt");
    }

    private static void printDescendants(Printer printer, JsonNode made) {
        Table table = new Table(CREATED_COLUMNS);
        made.path("keys").forEach(key -> table.row(key, JsonText.of(key, "keyId"), "key", JsonText.of(key, "name")));
        made.path("operators")
                .forEach(operator -> table.row(
                        operator, JsonText.of(operator, "operatorId"), "operator", JsonText.of(operator, "username")));
        table.print(printer);
    }

    /// When a key or an operator ended; empty if they have not.
    private static String ended(JsonNode made) {
        return Stream.of("revokedAt", "deletedAt", "disabledAt")
                .map(field -> JsonText.of(made, field))
                .filter(at -> !at.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static int revoke(Invocation in) {
        View view = View.says("Revoked {KEY_ID}" + (in.has(DESCENDANTS) ? " and everything it created." : "."));
        return in.change(
                ApiRequest.delete("keys", in.word(ID)).query("descendants", in.has(DESCENDANTS) ? "true" : null), view);
    }
}
