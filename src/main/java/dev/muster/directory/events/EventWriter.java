package dev.muster.directory.events;

import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.Standing;
import dev.muster.model.user.User;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import dev.muster.storage.UserRow;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes events as JSON. The bytes depend only on the entry and the form of the payload, so that a repeated delivery
/// is identical. Nothing in them may come from a clock or from the current state, except that erased data is omitted.
final class EventWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private final Realm realm;
    private final Payload payload;

    EventWriter(Realm realm, Payload payload) {
        this.realm = realm;
        this.payload = payload;
    }

    /// Writes the entry's own event.
    PublishedEvent ofEntry(JournalEntry entry, PastUsers past, @Nullable EventStanding standing) {
        String id = PublishedEvent.id(realm.id(), entry.seq());
        return event(id, entry.action(), entry, past, standing);
    }

    /// Writes the event that follows an entry that changed a standing.
    PublishedEvent ofStanding(JournalEntry entry, PastUsers past, EventStanding standing) {
        String id = PublishedEvent.standingId(realm.id(), entry.seq());
        return event(id, EventTypes.STANDING_CHANGED, entry, past, standing);
    }

    private PublishedEvent event(
            String id, String type, JournalEntry entry, PastUsers past, @Nullable EventStanding standing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("id", id);
            json.writeStringProperty("type", type);
            json.writeStringProperty("timestamp", Timestamps.text(entry.at()));
            json.writeName("data");
            json.writeStartObject();
            json.writeNumberProperty("seq", entry.seq());
            json.writeStringProperty("environment", realm.environment().wireName());
            subject(json, entry.subject(), past);
            actor(json, entry.actor());
            json.writeStringProperty("dialect", entry.dialect());
            json.writeStringProperty("requestId", entry.requestId());
            version(json, entry, past);
            if (standing != null) {
                standing(json, standing);
            }
            if (!type.equals(entry.action())) {
                json.writeStringProperty("cause", entry.action());
            }
            if (payload == Payload.FULL) {
                personal(json, entry, past);
                if (type.equals(entry.action())) {
                    changes(json, entry.changes());
                }
            }
            json.writeBooleanProperty("erased", !entry.readable());
            json.writeEndObject();
            json.writeEndObject();
        }
        return new PublishedEvent(id, type, entry.seq(), entry.at(), entry.subject(), out.toByteArray());
    }

    private static void subject(JsonGenerator json, Event.Subject subject, PastUsers past) {
        json.writeName("subject");
        json.writeStartObject();
        json.writeStringProperty("type", subject.type().wireName());
        json.writeStringProperty("id", subject.id().toString());
        UserRow row = subject.type() == Event.Subject.Type.USER ? past.row(subject.id()) : null;
        if (row != null) {
            json.writeNumberProperty("number", row.number());
        }
        json.writeEndObject();
    }

    private static void actor(JsonGenerator json, ActorRef actor) {
        json.writeName("actor");
        json.writeStartObject();
        json.writeStringProperty("kind", actor.kind().wireName());
        switch (actor.kind()) {
            case API_KEY, OPERATOR -> json.writeStringProperty("id", actor.id().toString());
            case ROOT, SYSTEM -> json.writeNullProperty("id");
        }
        json.writeEndObject();
    }

    /// Writes the user's version after the entry, if the entry states it or the user's state after it is known.
    private static void version(JsonGenerator json, JournalEntry entry, PastUsers past) {
        Changes.FieldChange version = entry.changes().byField().get("version");
        if (version != null && version.after() instanceof Number number) {
            json.writeNumberProperty("version", number.longValue());
            return;
        }
        PastUsers.BeforeAndAfter beforeAndAfter =
                StandingActions.mayTurn(entry.action()) ? past.beforeAndAfter(entry.seq()) : null;
        if (beforeAndAfter != null) {
            json.writeNumberProperty("version", beforeAndAfter.after().version());
        }
    }

    private static void standing(JsonGenerator json, EventStanding standing) {
        json.writeName("standing");
        json.writeStartObject();
        if (standing.before() != null) {
            standing(json, "before", standing.before());
        } else if (standing.registered()) {
            json.writeNullProperty("before");
        }
        standing(json, "after", standing.after());
        json.writeEndObject();
    }

    private static void standing(JsonGenerator json, String name, Standing standing) {
        json.writeName(name);
        json.writeStartObject();
        json.writeStringProperty("decision", standing.decision().wireName());
        json.writeStringProperty("status", standing.status().wireName());
        if (standing.until() != null) {
            json.writeStringProperty("until", Timestamps.text(standing.until()));
        }
        json.writeEndObject();
    }

    /// Writes the fields that only the full form contains, apart from the changes.
    private static void personal(JsonGenerator json, JournalEntry entry, PastUsers past) {
        if (entry.subject().type() == Event.Subject.Type.USER) {
            PastUsers.BeforeAndAfter beforeAndAfter = past.beforeAndAfter(entry.seq());
            User user = beforeAndAfter == null ? null : beforeAndAfter.after();
            json.writeName("identifiers");
            json.writeStartObject();
            for (Identifier.Kind kind : Identifier.Kind.values()) {
                Identifier identifier = user == null ? null : user.identifier(kind);
                text(json, kind.field(), identifier == null ? null : identifier.text());
            }
            json.writeEndObject();
        }
        text(json, "reason", entry.reason());
        text(json, "note", entry.note());
        text(json, "onBehalfOf", entry.onBehalfOf());
        text(json, "clientRequestId", entry.clientRequestId());
        text(
                json,
                "approvedBy",
                entry.approvedBy() == null ? null : entry.approvedBy().text());
    }

    private static void changes(JsonGenerator json, Changes changes) {
        json.writeName("changes");
        json.writeStartObject();
        changes.byField().forEach((field, change) -> {
            json.writeName(field);
            json.writeStartArray();
            EntryFormat.writeValue(json, change.before());
            EntryFormat.writeValue(json, change.after());
            json.writeEndArray();
        });
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }
}
