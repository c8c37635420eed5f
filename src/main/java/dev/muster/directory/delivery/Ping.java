package dev.muster.directory.delivery;

import dev.muster.model.value.Timestamps;
import dev.muster.storage.DeliveryTables.EndpointKey;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.random.RandomGenerator;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A message that tests a webhook. It is not an event, and is not in the journal.
///
/// @param json the body, in the same form as an event
public record Ping(String id, byte[] json) {
    public static final String TYPE = "webhook.ping";

    private static final JsonFactory JSON = new JsonFactory();

    public static Ping of(EndpointKey webhook, Instant at, RandomGenerator random) {
        String id = "ping_" + webhook.realm() + "_" + Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("id", id);
            json.writeStringProperty("type", TYPE);
            json.writeStringProperty("timestamp", Timestamps.text(at));
            json.writeName("data");
            json.writeStartObject();
            json.writeStringProperty("webhookId", webhook.webhook().toString());
            json.writeEndObject();
            json.writeEndObject();
        }
        return new Ping(id, out.toByteArray());
    }
}
