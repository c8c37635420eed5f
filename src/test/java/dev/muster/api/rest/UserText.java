package dev.muster.api.rest;

import dev.muster.directory.ActorNames;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.user.User;
import java.time.Instant;

/// Users as they are read over HTTP.
public final class UserText {
    private UserText() {}

    /// The JSON of a user as of `at`.
    ///
    /// @param names what keys and operators are called
    public static byte[] of(User user, Instant at, ActorNames.Named names) {
        return JsonWriter.bytes(json -> UserJson.write(json, user, at, names));
    }
}
