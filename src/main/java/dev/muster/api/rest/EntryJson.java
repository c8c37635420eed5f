package dev.muster.api.rest;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.http.json.JsonWriter;

/// Writes journal entries.
final class EntryJson {
    private EntryJson() {}

    static void write(JsonWriter json, JournalEntry entry) {
        json.object()
                .field("seq", entry.seq())
                .field("at", RestTexts.of(entry.at()))
                .object("actor")
                .field("kind", entry.actor().kind().word())
                .field("id", RestTexts.id(entry.actor()))
                .field("name", entry.actorName())
                .end()
                .field("onBehalfOf", entry.onBehalfOf())
                .field("dialect", entry.dialect())
                .field("requestId", entry.requestId())
                .field("clientRequestId", entry.clientRequestId())
                .field("action", entry.action())
                .object("subject")
                .field("type", entry.subject().type().word())
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
        json.end()
                .field("readable", entry.readable())
                .field("hash", entry.hash())
                .end();
    }
}
