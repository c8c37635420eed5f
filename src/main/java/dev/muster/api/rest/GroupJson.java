package dev.muster.api.rest;

import dev.muster.http.json.JsonWriter;
import dev.muster.model.group.Group;

/// Writes groups.
final class GroupJson {
    private GroupJson() {}

    static void write(JsonWriter json, Group group) {
        json.object()
                .field("id", group.id().toString())
                .field("name", group.name())
                .field("description", group.description())
                .field("createdAt", RestTexts.of(group.createdAt()))
                .field("updatedAt", RestTexts.of(group.updatedAt()))
                .end();
    }
}
