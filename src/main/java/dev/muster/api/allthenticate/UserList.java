package dev.muster.api.allthenticate;

import dev.muster.directory.Directory;
import dev.muster.directory.Groups;
import dev.muster.directory.Page;
import dev.muster.directory.Seen;
import dev.muster.directory.UserQuery;
import dev.muster.http.JsonWriter;
import dev.muster.http.Reply;
import dev.muster.model.Identifier;
import dev.muster.model.Result;
import dev.muster.model.Tag;
import dev.muster.model.User;
import dev.muster.security.Caller;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All users of a realm as one JSON array, written while it is read: a page of it is in memory at a time, however large
/// the realm is. Users who are out of the organization are left out.
///
/// @param proof proves anew who asks, before each page: whose key is revoked meanwhile gets no more
/// @param tag only those; null for all
/// @param withEmail whether the name tells the address too
record UserList(
        Directory directory,
        Groups groups,
        Supplier<Result<Caller>> proof,
        @Nullable Tag tag,
        boolean withEmail) {
    /// As many as are held in memory for a client that reads slowly.
    private static final int PAGE = 100;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private record Part(Seen<Page<User>> users, Map<UUID, List<String>> groupNames) {}

    /// The whole list. What is refused is refused before its first byte; what fails later cuts it off, so that nobody
    /// takes a part for the whole.
    Result<Reply> reply() {
        return part(null).map(first -> Reply.stream(200, Reply.JSON, out -> write(out, first)));
    }

    private Result<Part> part(@Nullable Long after) {
        UserQuery query = new UserQuery(null, null, tag, null, null, null, null, null, null, PAGE, after, 0);
        return proof.get()
                .then(caller -> directory
                        .list(caller.actor(), caller.realm().id(), query)
                        .then(users -> groups.groupNames(
                                        caller.actor(),
                                        caller.realm().id(),
                                        users.value().items().stream()
                                                .map(User::id)
                                                .toList())
                                .map(names -> new Part(users, names))));
    }

    private void write(OutputStream out, Part first) throws IOException {
        try (JsonWriter json = JsonWriter.to(out)) {
            json.array();
            Part part = first;
            while (true) {
                for (User user : part.users().value().items()) {
                    if (!Allthenticate.isGone(user)) {
                        write(json, user, part);
                    }
                }
                // What is known goes out before anything more is read.
                json.flush();
                Long next = part.users().value().next();
                if (next == null) {
                    break;
                }
                part = switch (part(next)) {
                    case Result.Ok<Part>(var following) -> following;
                    case Result.Refused<Part>(var refusal) ->
                        throw new IOException("the list was refused half way: " + refusal);
                };
            }
            json.end();
        }
    }

    private void write(JsonWriter json, User user, Part part) {
        json.object()
                .field("ad_status", status(user, part.users().at()))
                .field("active_date", time(user.activeAt()))
                .field("confirmed", time(user.emailConfirmedAt()))
                .field("created", time(user.registeredAt()))
                .field("device_added", time(user.deviceAddedAt()))
                .field("email", text(user.email()))
                .field("email_id", user.number())
                .field("email_status", user.emailConfirmedAt() == null ? "UNCONFIRMED" : "CONFIRMED")
                .field("first_name", user.givenName())
                .array("groups");
        for (String name : part.groupNames().getOrDefault(user.id(), List.of())) {
            json.array().text(name).end();
        }
        json.end()
                .field("last_name", user.familyName())
                .field("name", name(user))
                .field("user_id", user.number())
                .field("username", text(user.username()))
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

    private static @Nullable String text(@Nullable Identifier identifier) {
        return identifier == null ? null : identifier.text();
    }

    private static @Nullable String time(@Nullable Instant at) {
        return at == null ? null : TIME.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
    }
}
