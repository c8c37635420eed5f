package dev.muster.api.rest;

import dev.muster.api.WriteHeaders;
import dev.muster.directory.ActorNames.Named;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.user.Card;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.User;
import java.time.Instant;

/// Writes users with all their fields. Values that are missing or were erased are null or empty.
final class UserJson {
    private UserJson() {}

    /// Creates a reply about one user.
    ///
    /// @param at the time of the user's standing
    static Reply reply(int status, User user, Instant at, Named names) {
        return Reply.json(status, json -> write(json, user, at, names)).with("ETag", WriteHeaders.tag(user.version()));
    }

    static void write(JsonWriter json, User user, Instant at, Named names) {
        json.object()
                .field("id", user.id().toString())
                .field("number", user.number())
                .field("externalId", RestJson.of(user.externalId()))
                .field("email", RestJson.of(user.email()))
                .field("emailConfirmedAt", RestJson.of(user.emailConfirmedAt()))
                .field("username", RestJson.of(user.username()))
                .field("name", user.name())
                .field("givenName", user.givenName())
                .field("familyName", user.familyName())
                .field("tag", user.tag().name())
                .field("rank", user.rank().name());
        enrolment(json, user.enrolment());
        json.texts("workstations", user.workstations()).array("cards");
        for (Card card : user.cards()) {
            json.object()
                    .field("number", card.number())
                    .field("label", card.label())
                    .end();
        }
        json.end();
        if (user.isErased()) {
            json.field("metadata", null);
        } else {
            json.rawField("metadata", user.metadata() == null ? "{}" : user.metadata());
        }
        json.field("registeredAt", RestJson.of(user.registeredAt()))
                .field("updatedAt", RestJson.of(user.updatedAt()))
                .field("activeAt", RestJson.of(user.activeAt()))
                .field("deviceAddedAt", RestJson.of(user.deviceAddedAt()))
                .field("erasedAt", RestJson.of(user.erasedAt()))
                .field("version", user.version())
                .name("standing");
        StandingJson.write(json, user.standing(at), names);
        json.end();
    }

    private static void enrolment(JsonWriter json, Enrolment enrolment) {
        Enrolment.Enrolled last = switch (enrolment) {
            case Enrolment.None() -> null;
            case Enrolment.Enrolled enrolled -> enrolled;
            case Enrolment.ReenrolmentAllowed(var previous) -> previous;
        };
        json.object("enrolment")
                .field("state", enrolment.wireName())
                .field("jobId", last == null ? null : last.jobId())
                .field("at", last == null ? null : RestJson.of(last.at()))
                .end();
    }
}
