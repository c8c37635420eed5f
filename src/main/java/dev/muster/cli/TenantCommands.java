package dev.muster.cli;

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
        return remote.print(made, tenant -> printTenant(remote.shell(), tenant));
    }

    private static void printTenant(Shell shell, JsonNode tenant) {
        Table facts = new Table("TENANT", Reply.text(tenant, "name"));
        facts.row("partnerId", Reply.text(tenant, "partnerId"));
        facts.row("tenantId", Reply.text(tenant, "tenantId"));
        tenant.path("environments").properties().forEach(environment -> {
            facts.row("", "");
            facts.row(environment.getKey(), "realm " + Reply.text(environment.getValue(), "realmId"));
            facts.row("  apiKey", Reply.text(environment.getValue(), "apiKey"));
            facts.row("  apiSecret", Reply.text(environment.getValue(), "apiSecret"));
        });
        facts.print(shell.out());
        shell.err().println("Keep these keys now: they are not shown again.");
    }

    @Command(
            name = "list",
            description = {"List the tenants, in order of their partner ids.", ""},
            footerHeading = "%nExamples:%n",
            footer = {"  muster tenant list", "  muster tenant list --all --json"})
    int list(@Mixin Remote remote, @Mixin Listing listing) {
        Table table = new Table("PARTNER ID", "NAME", "TENANT ID", "TEST REALM", "PRODUCTION REALM", "CREATED (UTC)");
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
                        Text.time(Reply.text(tenant, "createdAt"))));
    }
}
