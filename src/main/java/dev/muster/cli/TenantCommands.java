package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Table;
import dev.muster.model.tenant.Environment;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Defines `muster tenant`, which creates tenants, sets their quotas, and moves them as files.
final class TenantCommands {
    private static final Input NAME = Input.parameter("NAME", "Its display name.");
    private static final Input PARTNER_ID = Input.option(
            "--partner-id", "ID", "Its public id in requests: letters, digits, _ and -; generated if absent.");
    private static final Input PARTNER = Input.parameter("PARTNER", "The tenant's partner id.");
    private static final Input ENVIRONMENT =
            Input.parameter("ENVIRONMENT", "test or production.").oneOf(Environment.values(), Environment::wireName);

    private static final Input[] QUOTAS = {
        quota("--users", "Users, including erased ones."),
        quota("--evidence-bytes", "Bytes of evidence stored at a time."),
        quota("--groups", "Groups."),
        quota("--policies", "Policies."),
        quota("--keys", "API keys that are not revoked."),
        quota("--requests-per-second", "Requests that each key may send in a second.")
    };

    private static final List<Column> COLUMNS = List.of(
            Column.exact("PARTNER ID", "partnerId"),
            Column.text("NAME", "name"),
            Column.exact("TENANT ID", "tenantId"),
            Column.exact("TEST REALM", "testRealmId")
                    .from(tenant -> realm(tenant, "test"))
                    .leftOut(2),
            Column.exact("PRODUCTION REALM", "productionRealmId")
                    .from(tenant -> realm(tenant, "production"))
                    .leftOut(2),
            Column.time("CREATED", "createdAt").leftOut(1));

    private TenantCommands() {}

    private static Input quota(String name, String help) {
        return Input.option(name, "N", help).read(Syntax.number("[0-9]{1,18}", "a number"));
    }

    private static String realm(JsonNode tenant, String environment) {
        return JsonText.of(tenant.path("environments").path(environment), "realmId");
    }

    static CommandSpec all(LocalTasks.TenantFiles files, LocalTasks.TenantMoves moves) {
        return CommandBuilder.group(
                "tenant",
                List.of("Business partners and organisations. All but export, import and move need the root key."),
                server("create")
                        .help(
                                "Create a tenant with its two realms, test and production, and an admin key in each.",
                                "",
                                "The keys are printed here and never again.")
                        .examples(
                                "MUSTER_KEY=$(cat data/root.key) muster tenant create 'Acme Ltd' --partner-id acme",
                                "muster tenant create 'Acme Ltd' --json | jq -r .environments.test.apiKey")
                        .with(NAME, PARTNER_ID)
                        .runs(TenantCommands::create),
                get("list", "tenants")
                        .help("List the tenants, in order of their partner ids.")
                        .examples("muster tenant list", "muster tenant list --all --json")
                        .lists(COLUMNS),
                server("quotas")
                        .help(
                                "Show a realm's quotas and how much of them is used, or set them.",
                                "",
                                "Sets the quotas that are given as options, and leaves the others as they are. A"
                                        + " quota below the current use deletes nothing, but refuses more.")
                        .examples(
                                "muster tenant quotas acme production",
                                "muster tenant quotas acme test --users 1000 --evidence-bytes 1000000000"
                                        + " --requests-per-second 50")
                        .with(PARTNER, ENVIRONMENT)
                        .with(QUOTAS)
                        .runs(TenantCommands::quotas),
                TenantFileCommands.exporting(PARTNER, files),
                TenantFileCommands.importing(files),
                TenantMoveCommand.moving(PARTNER, moves));
    }

    private static int create(Invocation in) {
        ApiReply made = in.change(
                ApiRequest.post("tenants").field("name", in.value(NAME)).field("partnerId", in.value(PARTNER_ID)));
        // Creating a tenant cannot be undone, but muster key create --tenant can create other keys for it.
        int code = in.printSecret(made, TenantCommands::secrets, () -> {});
        if (!in.isJson()) {
            in.note("Keep these keys now: they are not shown again.");
        }
        return code;
    }

    private static Details secrets(Printer printer, JsonNode tenant) {
        Details details =
                new Details(printer, "TENANT", JsonText.of(tenant, "name"), tenant).fields("partnerId", "tenantId");
        tenant.path("environments").properties().forEach(environment -> {
            JsonNode realm = environment.getValue();
            details.emptyLine()
                    .row(environment.getKey(), "realm " + JsonText.of(realm, "realmId"))
                    .row("  apiKey", JsonText.of(realm, "apiKey"))
                    .row("  apiSecret", JsonText.of(realm, "apiSecret"));
        });
        return details;
    }

    private static int quotas(Invocation in) {
        String[] path = {"tenants", in.word(PARTNER), in.word(ENVIRONMENT), "quotas"};
        ApiReply now = in.ask(ApiRequest.get(path));
        if (Arrays.stream(QUOTAS).noneMatch(in::has)) {
            return in.print(now, TenantCommands::printQuotas);
        }
        ApiRequest request = ApiRequest.put(path);
        for (Input quota : QUOTAS) {
            request.field(
                    quota.field(), in.has(quota) ? in.value(quota) : now.json().get(quota.field()));
        }
        return in.print(in.change(request), TenantCommands::printQuotas);
    }

    private static void printQuotas(Printer printer, JsonNode quotas) {
        Table table =
                new Table(Column.exact("QUOTA", "quota"), Column.exact("USED", "used"), Column.exact("LIMIT", "limit"));
        for (Input quota : QUOTAS) {
            String field = quota.field();
            table.row(field, JsonText.of(quotas.path("used"), field), JsonText.of(quotas, field));
        }
        table.print(printer);
    }
}
