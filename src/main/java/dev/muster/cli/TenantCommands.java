package dev.muster.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "tenant",
        description = "Business partners and organisations. These commands need the root key.",
        synopsisSubcommandLabel = "COMMAND")
final class TenantCommands {
    private static final List<String> QUOTAS =
            List.of("users", "evidenceBytes", "groups", "policies", "keys", "requestsPerSecond");

    @Command(
            name = "create",
            description = {
                "Make a tenant with its two realms, test and production, and an admin key in each.",
                "",
                "The keys are printed here and never again.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  MUSTER_KEY=$(cat data/root.key) muster tenant create 'Acme Ltd' --partner-id acme",
                "  muster tenant create 'Acme Ltd' --json | jq -r .environments.test.apiKey"
            })
    int create(
            @Mixin Remote remote,
            @Parameters(paramLabel = "NAME", description = "What people call it.") String name,
            @Option(
                            names = "--partner-id",
                            paramLabel = "ID",
                            description = "Its public name on the wire: letters, digits, _ and -; made when absent.")
                    @Nullable
                    String partnerId) {
        Reply made = remote.change(Call.post("tenants").field("name", name).field("partnerId", partnerId));
        // A tenant cannot be taken back; with muster key create --tenant the root key makes other keys for it.
        int code = remote.printSecret(made, TenantCommands::secrets, () -> {});
        if (!remote.isJson()) {
            remote.shell().err().println("Keep these keys now: they are not shown again.");
        }
        return code;
    }

    private static Table secrets(Display display, JsonNode tenant) {
        Table facts = Table.facts("TENANT", Reply.text(tenant, "name"));
        facts.row("partnerId", Reply.text(tenant, "partnerId"));
        facts.row("tenantId", Reply.text(tenant, "tenantId"));
        tenant.path("environments").properties().forEach(environment -> {
            facts.row("", "");
            facts.row(environment.getKey(), "realm " + Reply.text(environment.getValue(), "realmId"));
            facts.row("  apiKey", Reply.text(environment.getValue(), "apiKey"));
            facts.row("  apiSecret", Reply.text(environment.getValue(), "apiSecret"));
        });
        return facts;
    }

    @Command(
            name = "quotas",
            description = {
                "Show what a realm may have and has, or set what it may have.",
                "",
                "With options it sets those that are given, and leaves the others as they are. A quota below what is"
                        + " there takes nothing away: it refuses what would be more.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster tenant quotas acme production",
                "  muster tenant quotas acme test --users 1000 --evidence-bytes 1000000000 --requests-per-second 50"
            })
    int quotas(
            @Mixin Remote remote,
            @Parameters(paramLabel = "PARTNER", description = "The tenant's partner id.") String partnerId,
            @Parameters(paramLabel = "ENVIRONMENT", description = "test or production.") String environment,
            @Option(names = "--users", paramLabel = "N", description = "Users, erased ones too.") @Nullable Long users,
            @Option(names = "--evidence-bytes", paramLabel = "N", description = "Bytes of evidence stored at a time.")
                    @Nullable
                    Long evidenceBytes,
            @Option(names = "--groups", paramLabel = "N", description = "Groups.") @Nullable Long groups,
            @Option(names = "--policies", paramLabel = "N", description = "Policies.") @Nullable Long policies,
            @Option(names = "--keys", paramLabel = "N", description = "API keys that are not revoked.") @Nullable
                    Long keys,
            @Option(
                            names = "--requests-per-second",
                            paramLabel = "N",
                            description = "Requests that each key may send in a second.")
                    @Nullable
                    Long requestsPerSecond) {
        String[] path = {"tenants", partnerId, environment, "quotas"};
        Map<String, Long> asked = new LinkedHashMap<>();
        put(asked, "users", users);
        put(asked, "evidenceBytes", evidenceBytes);
        put(asked, "groups", groups);
        put(asked, "policies", policies);
        put(asked, "keys", keys);
        put(asked, "requestsPerSecond", requestsPerSecond);
        Reply now = remote.ask(Call.get(path));
        if (asked.isEmpty()) {
            return remote.print(now, TenantCommands::printQuotas);
        }
        Call call = Call.put(path);
        for (String field : QUOTAS) {
            call.fields()
                    .put(field, asked.getOrDefault(field, now.json().path(field).asLong()));
        }
        return remote.print(remote.change(call), TenantCommands::printQuotas);
    }

    private static void put(Map<String, Long> asked, String field, @Nullable Long value) {
        if (value != null) {
            asked.put(field, value);
        }
    }

    private static void printQuotas(Display display, JsonNode quotas) {
        Table table =
                new Table(Column.exact("QUOTA", "quota"), Column.exact("USED", "used"), Column.exact("LIMIT", "limit"));
        for (String field : QUOTAS) {
            table.row(field, Reply.text(quotas.path("used"), field), Reply.text(quotas, field));
        }
        table.print(display);
    }

    @Command(
            name = "list",
            description = {"List the tenants, in order of their partner ids.", ""},
            footerHeading = "%nExamples:%n",
            footer = {"  muster tenant list", "  muster tenant list --all --json"})
    int list(@Mixin Remote remote, @Mixin Listing listing) {
        Table table = new Table(
                Column.exact("PARTNER ID", "partnerId"),
                Column.text("NAME", "name"),
                Column.exact("TENANT ID", "tenantId"),
                Column.exact("TEST REALM", "testRealmId").leftOut(2),
                Column.exact("PRODUCTION REALM", "productionRealmId").leftOut(2),
                Column.time("CREATED", "createdAt").leftOut(1));
        return listing.print(
                remote,
                () -> Call.get("tenants"),
                table,
                (rows, tenant) -> rows.row(
                        Reply.text(tenant, "partnerId"),
                        Reply.text(tenant, "name"),
                        Reply.text(tenant, "tenantId"),
                        Reply.text(tenant.path("environments").path("test"), "realmId"),
                        Reply.text(tenant.path("environments").path("production"), "realmId"),
                        Reply.text(tenant, "createdAt")));
    }
}
