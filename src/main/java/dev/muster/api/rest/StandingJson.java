package dev.muster.api.rest;

import dev.muster.directory.ActorNames.Named;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.user.Hold;
import dev.muster.model.user.Standing;

/// Writes standings.
final class StandingJson {
    private StandingJson() {}

    static void write(JsonWriter json, Standing standing, Named names) {
        json.object();
        fields(json, standing, names);
        json.end();
    }

    /// Writes the fields of a standing into an open object.
    static void fields(JsonWriter json, Standing standing, Named names) {
        json.field("userId", standing.userId().toString())
                .field("decision", standing.decision().wireName())
                .field("status", standing.status().wireName())
                .array("holds");
        for (Standing.EffectiveHold completed : standing.holds()) {
            hold(json, completed.hold(), completed.isDecisive(), names);
        }
        json.end()
                .field("until", RestJson.of(standing.until()))
                .field("next", standing.next() == null ? null : standing.next().wireName())
                .field("version", standing.version())
                .field("at", RestJson.of(standing.at()));
    }

    private static void hold(JsonWriter json, Hold hold, boolean decides, Named names) {
        json.object()
                .field("kind", hold.kind().wireName())
                .field("label", hold.label())
                .field("reason", hold.reason())
                .field("note", hold.note());
        RestJson.actor(json, "placedBy", hold.placedBy(), names);
        json.field("placedAt", RestJson.of(hold.placedAt()));
        Hold.Alteration changed = hold.changed();
        if (changed == null) {
            json.field("changedBy", (String) null);
        } else {
            RestJson.actor(json, "changedBy", changed.by(), names);
        }
        json.field("changedAt", changed == null ? null : RestJson.of(changed.at()))
                .field("until", RestJson.of(hold.until()))
                .field("decides", decides)
                .end();
    }
}
