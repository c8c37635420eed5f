package dev.muster.api.rest;

import dev.muster.http.json.JsonWriter;
import dev.muster.model.group.Policy;

/// Writes policies.
final class PolicyJson {
    private PolicyJson() {}

    static void write(JsonWriter json, Policy policy) {
        json.object();
        fields(json, policy);
        json.end();
    }

    /// The fields of a policy, into an object that is begun already.
    static void fields(JsonWriter json, Policy policy) {
        json.field("id", policy.id().toString())
                .field("name", policy.name())
                .field("description", policy.description())
                .array("resources");
        policy.resources().forEach(json::text);
        json.end()
                .field("createdAt", RestTexts.of(policy.createdAt()))
                .field("updatedAt", RestTexts.of(policy.updatedAt()));
    }
}
