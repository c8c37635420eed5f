package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
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
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.model.value.Timestamps;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/// `muster key rotate`: replaces a key with a new one.
final class KeyRotation {
    private static final String PAGE = "1000";

    private static final Input OVERLAP = Input.option(
                    "--overlap", "WHEN", "When the old key ends: a duration from now such as 24h, or an instant.")
            .read(Syntax.UNTIL);
    private static final Input EXPIRES = Input.option(
                    "--expires",
                    "WHEN",
                    "When the new key ends: an instant, or a duration from now such as 90d; default: after as long as the old key was made for.")
            .read(Syntax.UNTIL);

    private final Invocation in;
    private final String keyId;

    private KeyRotation(Invocation in) {
        this.in = in;
        keyId = in.word(KeyCommands.ID);
    }

    static CommandSpec command() {
        return CommandBuilder.server("rotate")
                .help(
                        "Make a key in place of another, with its name, role or scopes and rank, and end the other.",
                        "",
                        "The old key ends at once, or with --overlap when everything that uses it has had time to change."
                                + " Where the command is given with the key of a profile, the profile gets the new key.")
                .examples(
                        "muster key rotate 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11",
                        "muster key rotate 0199d0a4-5f6e-7c3b-9a53-0d3f6f1f2b11 --overlap 24h")
                .with(KeyCommands.ID, OVERLAP, EXPIRES)
                .runs(in -> new KeyRotation(in).run());
    }

    /// Creates and shows the new key before ending the old one, so that at least one works if a step fails.
    private int run() {
        JsonNode old = find();
        checkLive(old);
        ApiReply made = in.change(creation(old));
        boolean ofProfile = isOfProfile();
        int code = KeyCommands.print(in, made);
        end();
        if (ofProfile) {
            keepInProfile(JsonText.of(made.json(), "apiKey"));
        }
        return code;
    }

    private JsonNode find() {
        try (ApiClient client = in.client()) {
            String cursor = null;
            do {
                JsonNode page = client.send(
                                ApiRequest.get("keys").query("limit", PAGE).query("after", cursor))
                        .granted()
                        .json();
                for (JsonNode key : page.path("items")) {
                    if (JsonText.of(key, "keyId").equals(keyId)) {
                        return key;
                    }
                }
                cursor = JsonText.of(page.path("page"), "next");
            } while (!cursor.isEmpty());
        }
        throw new CommandException(Exit.REFUSED, "there is no key " + keyId + " in this realm");
    }

    private void checkLive(JsonNode old) {
        Instant end = instant(old, "expiresAt");
        boolean expired = end != null && !in.now().isBefore(end);
        if (old.hasNonNull("revokedAt") || expired) {
            throw new CommandException(
                    Exit.REFUSED,
                    "the key " + keyId + (expired ? " has expired" : " is revoked")
                            + "; muster key create makes another");
        }
    }

    private ApiRequest creation(JsonNode old) {
        ApiRequest request =
                ApiRequest.post("keys").field("name", old.get("name")).field("rank", old.get("rank"));
        String rights = old.hasNonNull("role") ? "role" : "scopes";
        request.field(rights, old.get(rights));
        if (!old.path("signing").asBoolean(true)) {
            request.field("signing", old.get("signing"));
        }
        return request.field("expiresAt", in.has(EXPIRES) ? in.word(EXPIRES) : sameSpan(old));
    }

    /// The same lifetime from now; null for a key that does not expire.
    private @Nullable String sameSpan(JsonNode old) {
        Instant created = instant(old, "createdAt");
        Instant end = instant(old, "expiresAt");
        return created == null || end == null ? null : Timestamps.text(in.now().plus(Duration.between(created, end)));
    }

    private static @Nullable Instant instant(JsonNode key, String field) {
        return Timestamps.parse(JsonText.of(key, field));
    }

    /// Whether the key to rotate is the one that a profile uses.
    private boolean isOfProfile() {
        return in.usesKeyOfProfile()
                && JsonText.of(in.ask(ApiRequest.get("me")).json(), "id").equals(keyId);
    }

    private void end() {
        ApiRequest request = in.has(OVERLAP)
                ? ApiRequest.put("keys", keyId, "expiry").field("expiresAt", in.value(OVERLAP))
                : ApiRequest.delete("keys", keyId);
        try {
            in.change(request);
        } catch (CommandException e) {
            throw new CommandException(
                    e.exit(), "the new key is made, but the old one may not have ended: " + e.getMessage(), e);
        }
        if (!in.isJson()) {
            in.note("The old key " + keyId
                    + (in.has(OVERLAP) ? " ends at " + in.printer().time(in.word(OVERLAP)) + "." : " is revoked."));
        }
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
