package dev.muster.api.rest;

import dev.muster.directory.ActorNames;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.user.User;
import java.time.Instant;

/// Formats users as Muster's own API shows them.
public final class UserText {
    private UserText() {}

    /// Returns the JSON of a user as of `at`.
    ///
    /// @param names the names of keys and operators
    public static byte[] of(User user, Instant at, ActorNames.Named names) {
        return JsonWriter.bytes(json -> UserJson.write(json, user, at, names));
    }
}
