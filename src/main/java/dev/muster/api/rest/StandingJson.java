package dev.muster.api.rest;

import dev.muster.http.JsonWriter;
import dev.muster.model.Hold;
import dev.muster.model.Standing;

/// Writes standings.
final class StandingJson {
    private StandingJson() {}

    static void write(JsonWriter json, Standing standing) {
        json.object();
        fields(json, standing);
        json.end();
    }

    /// The fields of a standing, into an object that is begun already.
    static void fields(JsonWriter json, Standing standing) {
        json.field("userId", standing.userId().toString())
                .field("decision", standing.decision().word())
                .field("status", standing.status().word())
                .array("holds");
        for (Standing.Judged judged : standing.holds()) {
            hold(json, judged.hold(), judged.decides());
        }
        json.end()
                .field("until", Texts.of(standing.until()))
                .field("next", standing.next() == null ? null : standing.next().word())
                .field("version", standing.version())
                .field("at", Texts.of(standing.at()));
    }

    private static void hold(JsonWriter json, Hold hold, boolean decides) {
        json.object()
                .field("kind", hold.kind().word())
                .field("label", hold.label())
                .field("reason", hold.reason())
                .field("note", hold.note())
                .object("placedBy")
                .field("kind", hold.placedBy().kind().word())
                .field("id", Texts.id(hold.placedBy()))
                .end()
                .field("placedAt", Texts.of(hold.placedAt()))
                .field("until", Texts.of(hold.until()))
                .field("decides", decides)
                .end();
    }
}
