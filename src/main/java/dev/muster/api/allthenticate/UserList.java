package dev.muster.api.allthenticate;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.Page;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Result;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.security.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Lists all users of a realm who belong to the organization, including guests.
///
/// @param proof a function that authenticates the caller again before each page
/// @param tag the tag to filter by; null for all users
/// @param withEmail whether to append the address to the name
record UserList(
        Directory directory,
        Groups groups,
        Supplier<Result<Caller>> proof,
        @Nullable Tag tag,
        boolean withEmail) {
    /// A reply that streams the whole list.
    Reply reply() {
        return new UserStream(directory, proof, tag, this::elements).reply();
    }

    private UserStream.Writer elements(Caller caller, AsOf<Page<User>> users) {
        List<User> present = users.value().items().stream()
                .filter(user -> !AllthenticateApi.isGone(user))
                .toList();
        Map<UUID, List<String>> names = unlessRefused(groups.groupNames(
                caller.actor(),
                caller.realm().id(),
                present.stream().map(User::id).toList()));
        return json -> present.forEach(user -> write(json, user, users.at(), names.getOrDefault(user.id(), List.of())));
    }

    private void write(JsonWriter json, User user, Instant at, List<String> groupNames) {
        json.object()
                .field("ad_status", status(user, at))
                .field("active_date", UserStream.time(user.activeAt()))
                .field("confirmed", UserStream.time(user.emailConfirmedAt()))
                .field("created", UserStream.time(user.registeredAt()))
                .field("device_added", UserStream.time(user.deviceAddedAt()))
                .field("email", UserStream.text(user.email()))
                .field("email_id", user.number())
                .field("email_status", user.emailConfirmedAt() == null ? "UNCONFIRMED" : "CONFIRMED")
                .field("first_name", user.givenName())
                .array("groups");
        for (String name : groupNames) {
            json.array().text(name).end();
        }
        json.end()
                .field("last_name", user.familyName())
                .field("name", name(user))
                .field("user_id", user.number())
                .field("username", UserStream.text(user.username()))
                .field(
                        "unique_id",
                        user.externalId() == null
                                ? user.id().toString()
                                : user.externalId().text())
                .end();
    }

    private static String status(User user, Instant at) {
        if (!user.holds().at(at).isEmpty()) {
            return "SUSPENDED";
        }
        return user.emailConfirmedAt() == null ? "UNCONFIRMED" : "ACTIVE";
    }

    private @Nullable String name(User user) {
        String name = joined(user.givenName(), user.familyName());
        if (name == null) {
            name = user.name();
        }
        return withEmail && user.email() != null
                ? joined(name, "(" + user.email().text() + ")")
                : name;
    }

    private static @Nullable String joined(@Nullable String one, @Nullable String other) {
        return one == null ? other : other == null ? one : one + " " + other;
    }
}
