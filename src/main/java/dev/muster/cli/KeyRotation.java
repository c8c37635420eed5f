package dev.muster.cli;

import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.client.Profiles;
import dev.muster.cli.client.ServerTarget;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Input.Syntax;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import dev.muster.model.value.Timestamps;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// Implements `muster key rotate`, which replaces a key with a new one.
final class KeyRotation {
    private static final Input OVERLAP = Input.option(
                    "--overlap",
                    "WHEN",
                    "When the old key ends: a duration from now such as 7d, an instant, or 0 for at once; default: 24h.")
            .read(Syntax.SECONDS_UNTIL)
            .field("overlapSeconds");
    private static final Input EXPIRES = Input.option(
                    "--expires",
                    "WHEN",
                    "When the new key ends: an instant, or a duration from now such as 90d; default: after as long as the old key was made for.")
            .read(Syntax.UNTIL)
            .field("expiresAt");

    /// The server's default overlap.
    private static final Duration DEFAULT_OVERLAP = Duration.ofHours(24);

    private final Invocation in;
    private final String keyId;

    private KeyRotation(Invocation in) {
        this.in = in;
        keyId = in.word(KeyCommands.ID);
    }

    static CommandSpec command() {
        return CommandBuilder.server("rotate")
                .help(
                        "Replace a key by a new one with the same name, rights and allowed addresses.",
                        "",
                        "Both work for 24 hours, or as long as --overlap says, so that everything that uses the old key"
                                + " has time to change. A leaked key is ended at once with --overlap 0. Where the command"
                                + " is given with the key of a profile, the profile gets the new key.")
                .examples(
                        "muster key rotate 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11",
                        "muster key rotate 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --overlap 24h")
                .with(KeyCommands.ID, OVERLAP, EXPIRES)
                .runs(in -> new KeyRotation(in).run());
    }

    /// Shows the new key before ending the old one, so that at least one of them works if a step fails. For this
    /// reason, it does not request an overlap of 0 but revokes the old key afterwards.
    private int run() {
        boolean ofProfile = isOfProfile();
        ApiRequest request = ApiRequest.post("keys", keyId, "rotate").field("expiresAt", in.value(EXPIRES));
        boolean atOnce = in.word(OVERLAP).equals("0");
        if (!atOnce) {
            request = request.field("overlapSeconds", in.value(OVERLAP));
        }
        ApiReply made = in.change(request);
        int code = KeyCommands.print(in, made);
        if (atOnce) {
            revokeOld();
        }
        noteEnd(atOnce);
        if (ofProfile) {
            keepInProfile(JsonText.of(made.json(), "apiKey"));
        }
        return code;
    }

    /// Whether the key to rotate is the one that a profile uses.
    private boolean isOfProfile() {
        return in.usesKeyOfProfile()
                && JsonText.of(in.ask(ApiRequest.get("me")).json(), "id").equals(keyId);
    }

    private void revokeOld() {
        try {
            in.change(ApiRequest.delete("keys", keyId));
        } catch (CommandException e) {
            throw new CommandException(
                    e.exit(), "the new key was created, but the old one may still be valid: " + e.getMessage(), e);
        }
    }

    private void noteEnd(boolean atOnce) {
        if (in.isJson()) {
            return;
        }
        JsonNode seconds = in.value(OVERLAP);
        Duration overlap = seconds == null ? DEFAULT_OVERLAP : Duration.ofSeconds(seconds.asLong());
        in.note("The old key " + keyId
                + (atOnce
                        ? " is revoked."
                        : " ends at "
                                + in.printer().time(Timestamps.text(in.now().plus(overlap)))
                                + ", if it does not expire before."));
    }

    private void keepInProfile(String apiKey) {
        ServerTarget target = in.target();
        String name = String.valueOf(target.profile());
        Profiles profiles = new Profiles(in.shell().environment());
        profiles.save(new Profiles.Profile(
                name, target.url(), apiKey, profiles.get(name).caFile()));
        in.note("The profile " + name + " has the new key now.");
    }
}
