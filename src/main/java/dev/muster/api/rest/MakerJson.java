package dev.muster.api.rest;

import dev.muster.directory.ActorNames.Named;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Maker;
import org.jspecify.annotations.Nullable;

/// The field `madeBy` of a key or an operator: `{kind, id, name, keyId}`, or null where it was not kept.
final class MakerJson {
    private MakerJson() {}

    static void write(JsonWriter json, @Nullable Maker maker, Named names) {
        if (maker == null) {
            json.field("madeBy", (String) null);
            return;
        }
        ActorRef by = maker.by();
        json.object("madeBy")
                .field("kind", by.kind().word())
                .field("id", RestTexts.id(by))
                .field("name", names.of(by))
                .field("keyId", maker.through() == null ? null : maker.through().toString())
                .end();
    }
}
