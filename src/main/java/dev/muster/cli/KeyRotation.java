package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import dev.muster.model.value.Timestamps;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Puts a new key in the place of another.
final class KeyRotation {
    private static final String PAGE = "1000";

    private final Remote remote;
    private final Shell shell;
    private final String keyId;

    KeyRotation(Remote remote, String keyId) {
        this.remote = remote;
        this.keyId = keyId;
        shell = remote.shell();
    }

    /// The new key is made and shown before the old one ends: whatever fails in between, one of them works.
    ///
    /// @param overlap when the old key ends, as it was typed; null for at once
    /// @param expires when the new key ends, as it was typed; null for in as long as the old one was made for
    int run(@Nullable String overlap, @Nullable String expires) {
        Instant now = shell.clock().instant();
        String oldEnd = overlap == null ? null : Durations.until("--overlap", overlap, now);
        String newEnd = expires == null ? null : Durations.until("--expires", expires, now);
        JsonNode old = find();
        checkLive(old, now);
        Reply made = remote.change(creation(old, newEnd == null ? sameSpan(old, now) : newEnd));
        boolean ofProfile = isOfProfile();
        int code = remote.printSecret(made, KeyCommands::secrets, () -> KeyCommands.revoke(remote, made.json()));
        KeyCommands.remindToKeep(remote);
        end(oldEnd);
        if (ofProfile) {
            keepInProfile(Reply.text(made.json(), "apiKey"));
        }
        return code;
    }

    private JsonNode find() {
        try (Client client = remote.client()) {
            String cursor = null;
            do {
                JsonNode page = client.send(
                                Call.get("keys").query("limit", PAGE).query("after", cursor))
                        .granted()
                        .json();
                for (JsonNode key : page.path("items")) {
                    if (Reply.text(key, "keyId").equals(keyId)) {
                        return key;
                    }
                }
                cursor = Reply.text(page.path("page"), "next");
            } while (!cursor.isEmpty());
        }
        throw new CommandException(Exit.REFUSED, "there is no key " + keyId + " in this realm");
    }

    private void checkLive(JsonNode old, Instant now) {
        Instant end = instant(old, "expiresAt");
        boolean expired = end != null && !now.isBefore(end);
        if (old.hasNonNull("revokedAt") || expired) {
            throw new CommandException(
                    Exit.REFUSED,
                    "the key " + keyId + (expired ? " has expired" : " is revoked")
                            + "; muster key create makes another");
        }
    }

    private static Call creation(JsonNode old, @Nullable String expiresAt) {
        Call call = Call.post("keys").field("name", Reply.text(old, "name")).field("rank", Reply.text(old, "rank"));
        if (old.hasNonNull("role")) {
            call.field("role", Reply.text(old, "role"));
        } else {
            call.fields().set("scopes", old.path("scopes"));
        }
        if (!old.path("signing").asBoolean(true)) {
            call.fields().put("signing", false);
        }
        return call.field("expiresAt", expiresAt);
    }

    /// Null for a key that does not expire.
    private static @Nullable String sameSpan(JsonNode old, Instant now) {
        Instant created = instant(old, "createdAt");
        Instant end = instant(old, "expiresAt");
        return created == null || end == null ? null : Timestamps.text(now.plus(Duration.between(created, end)));
    }

    private static @Nullable Instant instant(JsonNode key, String field) {
        return Timestamps.parse(Reply.text(key, field));
    }

    /// Whether the key that is rotated is the one that a profile asks with.
    private boolean isOfProfile() {
        return remote.target().profile() != null
                && remote.key == null
                && Reply.text(remote.ask(Call.get("me")).json(), "id").equals(keyId);
    }

    private void end(@Nullable String at) {
        Call call = at == null
                ? Call.delete("keys", keyId)
                : Call.put("keys", keyId, "expiry").field("expiresAt", at);
        try {
            remote.change(call);
        } catch (CommandException e) {
            throw new CommandException(
                    e.exit(), "the new key is made, but the old one may not have ended: " + e.getMessage(), e);
        }
        if (!remote.isJson()) {
            String when =
                    at == null ? " is revoked." : " ends at " + remote.display().time(at) + ".";
            shell.err().println("The old key " + Text.line(keyId) + when);
        }
    }

    private void keepInProfile(String apiKey) {
        Remote.Target target = remote.target();
        String name = String.valueOf(target.profile());
        Profiles profiles = new Profiles(shell.environment());
        profiles.save(new Profiles.Profile(
                name, target.url(), apiKey, profiles.get(name).caFile()));
        shell.err().println("The profile " + name + " has the new key now.");
    }
}
