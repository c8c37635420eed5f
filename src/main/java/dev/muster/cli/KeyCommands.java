package dev.muster.cli;

import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

@Command(name = "key", description = "API keys of a realm.", synopsisSubcommandLabel = "COMMAND")
final class KeyCommands {
    private final Shell shell;

    KeyCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(
            name = "create",
            description = {
                "Make an API key, with a role or with scopes.",
                "",
                "apiKey is the bearer text, apiSecret signs requests and is exchanged for tokens. Both are printed here"
                        + " and never again. With --tenant and --environment, root makes an admin key in a realm, such"
                        + " as one that lost its own.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster key create 'billing system' --role manager",
                "  muster key create reports --scope users:read,journal:read --expires 90d",
                "  MUSTER_KEY=$(cat data/root.key) muster key create rescue --tenant acme --environment production"
            })
    int create(
            @Mixin Remote remote,
            @Parameters(paramLabel = "NAME", description = "What the key is for.") String name,
            @Option(names = "--role", paramLabel = "ROLE", description = "viewer, manager or admin.") @Nullable
                    String role,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            split = ",",
                            description = "What it may do, such as users:read,holds:write, instead of a role.")
                    @Nullable
                    List<String> scopes,
            @Option(
                            names = "--rank",
                            paramLabel = "RANK",
                            description = "REGULAR, ADMIN or SUPER; default: the role's, else REGULAR.")
                    @Nullable
                    String rank,
            @Option(
                            names = "--expires",
                            paramLabel = "WHEN",
                            description = "An instant such as 2027-01-31T12:00:00Z, or a duration from now such as 90d;"
                                    + " default: when the key that makes it expires, if it does.")
                    @Nullable
                    String expires,
            @Option(
                            names = "--no-signing",
                            description = "Requests cannot be signed with it; a realm has at most 8 keys that can.")
                    boolean noSigning,
            @Option(names = "--tenant", paramLabel = "PARTNER_ID", description = "Of which tenant; for root only.")
                    @Nullable
                    String tenant,
            @Option(
                            names = "--environment",
                            paramLabel = "ENV",
                            description = "test or production; together with --tenant.")
                    @Nullable
                    String environment) {
        String checkedRole = Words.of("--role", role, Role.values(), Role::word);
        String checkedRank = Words.of("--rank", rank, Rank.values(), Rank::name);
        String checkedEnvironment = Words.of("--environment", environment, Environment.values(), Environment::word);
        Call call;
        if (tenant != null && checkedEnvironment != null) {
            if (checkedRole != null || scopes != null || checkedRank != null || expires != null) {
                throw CommandException.usage("--tenant makes an admin key: no --role, --scope, --rank or --expires");
            }
            call = Call.post("tenants", tenant, checkedEnvironment, "keys").field("name", name);
        } else if (tenant != null || checkedEnvironment != null) {
            throw CommandException.usage("--tenant and --environment are given together");
        } else {
            call = Call.post("keys")
                    .field("name", name)
                    .field("role", checkedRole)
                    .field("rank", checkedRank);
            addScopes(call, checkedRole, scopes);
            if (expires != null) {
                call.field(
                        "expiresAt",
                        Durations.until("--expires", expires, shell.clock().instant()));
            }
        }
        if (noSigning) {
            call.fields().put("signing", false);
        }
        Reply made = remote.change(call);
        int code = remote.printSecret(made, KeyCommands::secrets, () -> revoke(remote, made.json()));
        remindToKeep(remote);
        return code;
    }

    static void remindToKeep(Remote remote) {
        if (!remote.isJson()) {
            remote.shell().err().println("Keep apiKey and apiSecret now: they are not shown again.");
        }
    }

    /// Ends a key whose secret nobody has seen. The key may do so itself, whoever made it.
    static void revoke(Remote remote, JsonNode key) {
        try (Client client = remote.client(Reply.text(key, "apiKey"))) {
            Reply revoked = client.send(Call.delete("keys", Reply.text(key, "keyId")));
            if (revoked.status() == 403) {
                remote.change(Call.delete("keys", Reply.text(key, "keyId")));
            } else {
                revoked.granted();
            }
        }
    }

    private static void addScopes(Call call, @Nullable String role, @Nullable List<String> scopes) {
        if ((role == null) == (scopes == null)) {
            throw CommandException.usage(
                    role == null ? "--role or --scope is missing" : "--role and --scope exclude each other");
        }
        if (scopes != null) {
            ArrayNode array = call.fields().putArray("scopes");
            for (String scope : scopes) {
                array.add(Words.of("--scope", scope.strip(), Scope.values(), Scope::word));
            }
        }
    }

    static Table secrets(Display display, JsonNode key) {
        Table facts = Table.facts("KEY", Reply.text(key, "name"));
        facts.row("keyId", Reply.text(key, "keyId"));
        facts.row("apiKey", Reply.text(key, "apiKey"));
        facts.row("apiSecret", Reply.text(key, "apiSecret"));
        if (key.hasNonNull("expiresAt")) {
            facts.row("expires", display.time(Reply.text(key, "expiresAt")));
        }
        return facts;
    }

    @Command(
            name = "list",
            description = {"List the realm's keys, revoked ones too, without their secrets.", ""},
            footerHeading = "%nExamples:%n",
            footer = {"  muster key list", "  muster key list --json"})
    int list(@Mixin Remote remote, @Mixin Listing listing) {
        Table table = new Table(
                Column.exact("KEY ID", "keyId"),
                Column.text("NAME", "name"),
                Column.text("ROLE OR SCOPES", "roleOrScopes"),
                Column.exact("RANK", "rank").leftOut(3),
                Column.text("MADE BY", "madeBy").leftOut(4),
                Column.time("CREATED", "createdAt").leftOut(5),
                Column.time("LAST USED", "lastUsedAt").leftOut(2),
                Column.time("EXPIRES", "expiresAt").leftOut(1),
                Column.time("REVOKED", "revokedAt"));
        return listing.print(
                remote,
                () -> Call.get("keys"),
                table,
                (rows, key) -> rows.row(
                        Reply.text(key, "keyId"),
                        Reply.text(key, "name"),
                        key.hasNonNull("role") ? Reply.text(key, "role") : Words.list(key.path("scopes")),
                        Reply.text(key, "rank"),
                        Words.actor(key.path("madeBy")),
                        Reply.text(key, "createdAt"),
                        Reply.text(key, "lastUsedAt"),
                        Reply.text(key, "expiresAt"),
                        Reply.text(key, "revokedAt")));
    }

    @Command(
            name = "revoke",
            description = {
                "End a key: nothing is changed with it any more once this is answered, and nothing is read a second"
                        + " later.",
                "",
                "A key with keys:write is revoked only if another one lasts as long and may do as much.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster key revoke 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11",
                "  muster key revoke 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --descendants"
            })
    int revoke(
            @Mixin Remote remote,
            @Parameters(paramLabel = "KEY_ID", description = "As muster key list shows it.") String keyId,
            @Option(
                            names = "--descendants",
                            description = "Also revoke all keys and disable all operators that it made, and all that"
                                    + " those made.")
                    boolean descendants) {
        Call call = Call.delete("keys", keyId).query("descendants", descendants ? "true" : null);
        return remote.print(
                remote.change(call),
                (display, _) -> display.println(
                        "Revoked " + Text.line(keyId) + (descendants ? " and all that it made." : ".")));
    }

    @Command(
            name = "rotate",
            description = {
                "Make a key in place of another, with its name, role or scopes and rank, and end the other.",
                "",
                "The old key ends at once, or with --overlap when everything that uses it has had time to change. Where"
                        + " the command is given with the key of a profile, the profile gets the new key.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster key rotate 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11",
                "  muster key rotate 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --overlap 24h"
            })
    int rotate(
            @Mixin Remote remote,
            @Parameters(paramLabel = "KEY_ID", description = "As muster key list shows it.") String keyId,
            @Option(
                            names = "--overlap",
                            paramLabel = "WHEN",
                            description = "When the old key ends: a duration from now such as 24h, or an instant.")
                    @Nullable
                    String overlap,
            @Option(
                            names = "--expires",
                            paramLabel = "WHEN",
                            description = "When the new key ends: an instant, or a duration from now such as 90d;"
                                    + " default: in as long as the old one was made for.")
                    @Nullable
                    String expires) {
        return new KeyRotation(remote, keyId).run(overlap, expires);
    }
}
