package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.delete;
import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.Column;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.InputFile;
import dev.muster.cli.shell.Shell;
import dev.muster.model.credential.Role;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Defines `muster sso`, which manages a tenant's identity providers.
final class SsoCommands {
    static final String VARIABLE = "MUSTER_SSO_CLIENT_SECRET";

    private static final Input ID = Input.parameter("ID", "The id, as shown by muster sso show.");
    private static final Input ISSUER =
            Input.parameter("ISSUER", "The provider's issuer, such as https://login.acme.com/realms/staff.");
    private static final Input CLIENT_ID = Input.option(
                    "--client-id", "ID", "The client that the provider knows Muster as.")
            .required();

    /// The secret is not accepted as an argument, because other users of the machine can see arguments.
    private static final Input SECRET_FILE = Input.file(
            "--client-secret-file",
            "File whose first line is the client's secret; else " + VARIABLE + ", else the secret stays as it is.");

    private static final Input ROLES = Input.option(
                    "--role",
                    "VALUE=ROLE",
                    "A value of the role claim, and viewer, manager or admin; may be given more than once.")
            .type(Input.Type.REPEATED)
            .required();
    private static final Input ROLE_CLAIM = Input.option(
            "--role-claim", "CLAIM", "Claim with the roles, such as groups or realm_access.roles; default: roles.");
    private static final Input USERNAME_CLAIM =
            Input.option("--username-claim", "CLAIM", "Claim that names new operators; default: preferred_username.");
    private static final Input SCOPES = Input.option(
                    "--scope", "SCOPE", "Scope to request besides openid; may be given more than once.")
            .type(Input.Type.REPEATED);
    private static final Input DOMAINS = Input.option(
                    "--domain", "DOMAIN", "Domain of e-mail addresses that sign in here; may be given more than once.")
            .type(Input.Type.REPEATED);
    private static final Input REQUIRED = Input.flag("--required", "Switch passwords off for the tenant's operators.");
    private static final Input BREAK_GLASS = Input.option(
                    "--break-glass", "USERNAME", "Operator whose password still works; may be given more than once.")
            .type(Input.Type.REPEATED);

    private static final List<Column> COLUMNS = List.of(
            Column.exact("ID", "id"),
            Column.exact("ISSUER", "issuer"),
            Column.exact("CLIENT ID", "clientId"),
            Column.text("ROLES", "roles").from(SsoCommands::roles),
            Column.text("DOMAINS", "domains")
                    .from(provider -> JsonText.list(provider.path("domains")))
                    .leftOut(1),
            Column.exact("REQUIRED", "required"),
            Column.time("CREATED", "createdAt").leftOut(2));

    private SsoCommands() {}

    private static String roles(JsonNode provider) {
        StringJoiner roles = new StringJoiner(",");
        provider.path("roles")
                .properties()
                .forEach(role -> roles.add(role.getKey() + "=" + JsonText.of(role.getValue())));
        return roles.toString();
    }

    static CommandSpec all() {
        return CommandBuilder.group(
                "sso",
                List.of("Identity providers (OpenID Connect) through which a tenant's operators sign in."),
                delete("remove", "sso/{ID}", ID)
                        .help("Remove an identity provider. Its operators remain but can no longer sign in.")
                        .examples("muster sso remove 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11")
                        .withoutDryRun()
                        .says("Removed {ID}."),
                server("set")
                        .help(
                                "Add an identity provider, or replace the settings of the one with that issuer.",
                                "",
                                "Needs an admin's key of the production realm; the provider signs operators in to the"
                                        + " test realm too. Options you omit get their defaults, except the secret.")
                        .examples(
                                "muster sso set https://login.acme.com/realms/staff --client-id muster"
                                        + " --client-secret-file secret.txt --role-claim realm_access.roles --role"
                                        + " muster-admin=admin --role muster-support=manager",
                                "muster sso set https://acme.okta.com --client-id 0oa1 --role-claim groups --role"
                                        + " Support=manager --required --break-glass emergency")
                        .with(
                                ISSUER,
                                CLIENT_ID,
                                SECRET_FILE,
                                ROLES,
                                ROLE_CLAIM,
                                USERNAME_CLAIM,
                                SCOPES,
                                DOMAINS,
                                REQUIRED,
                                BREAK_GLASS)
                        .runs(SsoCommands::set),
                get("show", "sso")
                        .help("Show the tenant's identity providers, without their secrets.")
                        .examples("muster sso show", "muster sso show --json")
                        .lists(COLUMNS));
    }

    private static int set(Invocation in) {
        ApiRequest request = ApiRequest.put("sso")
                .field("issuer", in.value(ISSUER))
                .field("clientId", in.value(CLIENT_ID))
                .field("clientSecret", secret(in))
                .field("roles", mapped(in))
                .field("roleClaim", in.value(ROLE_CLAIM))
                .field("usernameClaim", in.value(USERNAME_CLAIM))
                .field("scopes", in.value(SCOPES))
                .field("domains", in.value(DOMAINS))
                .field("required", JsonNodeFactory.instance.booleanNode(in.has(REQUIRED)))
                .field("breakGlass", in.value(BREAK_GLASS));
        return in.print(in.change(request), (printer, provider) -> {
            in.say("Set " + JsonText.of(provider, "issuer") + ".");
        });
    }

    private static ObjectNode mapped(Invocation in) {
        ObjectNode roles = JsonNodeFactory.instance.objectNode();
        JsonNode given = in.value(ROLES);
        for (JsonNode each : given == null ? JsonNodeFactory.instance.arrayNode() : given) {
            String text = JsonText.of(each);
            int equals = text.lastIndexOf('=');
            if (equals < 1 || Role.of(text.substring(equals + 1)) == null) {
                throw CommandException.usage("--role must be VALUE=viewer, =manager or =admin, not " + text);
            }
            roles.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return roles;
    }

    private static @Nullable String secret(Invocation in) {
        if (in.has(SECRET_FILE)) {
            return InputFile.firstLine(SECRET_FILE.name(), in.word(SECRET_FILE));
        }
        Shell shell = in.shell();
        String file = shell.environment().getOrDefault(VARIABLE + "_FILE", "");
        if (!file.isEmpty()) {
            return InputFile.firstLine(VARIABLE + "_FILE", file);
        }
        String variable = shell.environment().getOrDefault(VARIABLE, "");
        return variable.isEmpty() ? null : variable;
    }
}
