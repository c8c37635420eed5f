package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.get;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.command.View;
import dev.muster.cli.output.Details;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import dev.muster.model.credential.Role;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Defines `muster passkey-policy`, which shows and sets which operators must use a passkey.
final class PasskeyPolicyCommands {
    private static final Input ROLES = Input.option(
                    "--required-for", "ROLE", "Roles whose operators must use a passkey: viewer, manager, admin.")
            .oneOf(Role.values(), Role::wireName)
            .type(Input.Type.LIST)
            .field("requiredFor");
    private static final Input NO_ROLES = Input.flag("--none", "Passkeys are optional for all operators.");

    private static final View POLICY = View.of((printer, policy) -> new Details(printer, "PASSKEY POLICY", "", policy)
            .row(
                    "requiredFor",
                    policy.path("requiredFor").isEmpty() ? "none" : JsonText.list(policy.path("requiredFor")))
            .print());

    private PasskeyPolicyCommands() {}

    static CommandSpec all() {
        return CommandBuilder.group(
                "passkey-policy",
                List.of("Which operators must use a passkey to sign in."),
                server("set")
                        .help(
                                "Set which operators must use a passkey.",
                                "",
                                "It does not apply to operators who sign in through an identity provider. Those without a passkey"
                                        + " yet are asked to add one after they have given the password.")
                        .examples("muster passkey-policy set --required-for admin", "muster passkey-policy set --none")
                        .with(ROLES, NO_ROLES)
                        .dryRun()
                        .runs(PasskeyPolicyCommands::set),
                get("show", "passkey-policy")
                        .help("Show which operators must use a passkey.")
                        .examples("muster passkey-policy show")
                        .shows(POLICY));
    }

    private static int set(Invocation in) {
        if (in.has(ROLES) == in.has(NO_ROLES)) {
            throw CommandException.usage("give either --required-for or --none");
        }
        JsonNode roles = in.value(ROLES);
        return in.print(
                in.change(ApiRequest.put("passkey-policy")
                        .field("requiredFor", roles == null ? JsonNodeFactory.instance.arrayNode() : roles)),
                POLICY);
    }
}
