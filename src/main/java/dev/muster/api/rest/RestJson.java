package dev.muster.api.rest;

import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Creator;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes values, groups, policies and journal entries. [UserJson], [StandingJson] and [JobJson] write other objects.
/// Missing values are written as null.
final class RestJson {
    private RestJson() {}

    static @Nullable String of(@Nullable Instant at) {
        return at == null ? null : Timestamps.text(at);
    }

    static @Nullable String of(@Nullable Identifier identifier) {
        return identifier == null ? null : identifier.text();
    }

    /// The id of a key or an operator; null for root and the system.
    static @Nullable String id(ActorRef actor) {
        return switch (actor.kind()) {
            case API_KEY, OPERATOR -> actor.id().toString();
            case ROOT, SYSTEM -> null;
        };
    }

    /// Writes a field with an actor: `{kind, id, name}`.
    static void actor(JsonWriter json, String field, ActorRef actor, Named names) {
        actor(json.object(field), actor, names.of(actor)).end();
    }

    /// Writes the fields of an actor into an open object.
    static JsonWriter actor(JsonWriter json, ActorRef actor, @Nullable String name) {
        return json.field("kind", actor.kind().wireName())
                .field("id", id(actor))
                .field("name", name);
    }

    /// Writes the field `madeBy` of a key or an operator: `{kind, id, name, keyId}`, or null if unknown.
    static void creator(JsonWriter json, @Nullable Creator creator, Named names) {
        if (creator == null) {
            json.field("madeBy", (String) null);
            return;
        }
        actor(json.object("madeBy"), creator.by(), names.of(creator.by()))
                .field(
                        "keyId",
                        creator.through() == null ? null : creator.through().toString())
                .end();
    }

    static void group(JsonWriter json, Group group) {
        json.object()
                .field("id", group.id().toString())
                .field("name", group.name())
                .field("description", group.description())
                .field("createdAt", of(group.createdAt()))
                .field("updatedAt", of(group.updatedAt()))
                .end();
    }

    static void policy(JsonWriter json, Policy policy) {
        policyFields(json.object(), policy).end();
    }

    /// Writes the fields of a policy into an open object.
    static JsonWriter policyFields(JsonWriter json, Policy policy) {
        return json.field("id", policy.id().toString())
                .field("name", policy.name())
                .field("description", policy.description())
                .texts("resources", policy.resources())
                .field("createdAt", of(policy.createdAt()))
                .field("updatedAt", of(policy.updatedAt()));
    }

    static void entry(JsonWriter json, JournalEntry entry) {
        json.object().field("seq", entry.seq()).field("at", of(entry.at())).object("actor");
        actor(json, entry.actor(), entry.actorName())
                .end()
                .field("onBehalfOf", entry.onBehalfOf())
                .field("dialect", entry.dialect())
                .field("requestId", entry.requestId())
                .field("clientRequestId", entry.clientRequestId())
                .field("action", entry.action())
                .object("subject")
                .field("type", entry.subject().type().wireName())
                .field("id", entry.subject().id().toString())
                .end()
                .field("reason", entry.reason())
                .field("note", entry.note())
                .object("changes");
        entry.changes()
                .byField()
                .forEach((field, change) -> json.array(field)
                        .value(change.before())
                        .value(change.after())
                        .end());
        json.end();
        // The field is omitted unless an approval was needed.
        if (entry.approvedBy() != null) {
            json.field("approvedBy", entry.approvedBy().text());
        }
        json.field("readable", entry.readable()).field("hash", entry.hash()).end();
    }
}
