package dev.muster.storage;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Lists that are stored as JSON text in a column; null for an empty one. Read and written token by token: a
/// user's holds are on the path of every read of a user, and Jackson's data binding takes longer there.
final class JsonColumns {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonColumns() {}

    /// Each hold as `[kind, label, reason, note, placer's kind, placer's id, placedAt, until]`, followed by
    /// `changer's kind, changer's id, changedAt` if it was changed.
    static @Nullable String of(Holds holds) {
        if (holds.isEmpty()) {
            return null;
        }
        StringWriter text = new StringWriter(128);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartArray();
            for (Hold hold : holds.all()) {
                json.writeStartArray();
                json.writeString(hold.kind().word());
                json.writeString(hold.label());
                json.writeString(hold.reason());
                json.writeString(hold.note());
                json.writeNumber(hold.placedBy().kind().code());
                json.writeString(hold.placedBy().id().toString());
                json.writeNumber(hold.placedAt().toEpochMilli());
                Instant until = hold.until();
                if (until == null) {
                    json.writeNull();
                } else {
                    json.writeNumber(until.toEpochMilli());
                }
                Hold.Alteration changed = hold.changed();
                if (changed != null) {
                    json.writeNumber(changed.by().kind().code());
                    json.writeString(changed.by().id().toString());
                    json.writeNumber(changed.at().toEpochMilli());
                }
                json.writeEndArray();
            }
            json.writeEndArray();
        }
        return text.toString();
    }

    static Holds holds(@Nullable String text) {
        if (text == null) {
            return Holds.NONE;
        }
        List<Hold> all = new ArrayList<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            begin(json);
            while (isNext(json, JsonToken.START_ARRAY)) {
                all.add(new Hold(
                        Objects.requireNonNull(HoldKind.of(string(json))),
                        string(json),
                        stringOrNull(json),
                        stringOrNull(json),
                        new ActorRef(kind(number(json)), UUID.fromString(string(json))),
                        Instant.ofEpochMilli(number(json)),
                        json.nextToken() == JsonToken.VALUE_NULL ? null : Instant.ofEpochMilli(json.getLongValue()),
                        changed(json)));
            }
        }
        return new Holds(all);
    }

    /// The rest of a hold's array: who changed it, or null.
    private static Hold.@Nullable Alteration changed(JsonParser json) {
        if (json.nextToken() == JsonToken.END_ARRAY) {
            return null;
        }
        ActorRef by = new ActorRef(kind(json.getLongValue()), UUID.fromString(string(json)));
        Instant at = Instant.ofEpochMilli(number(json));
        end(json.nextToken());
        return new Hold.Alteration(by, at);
    }

    private static ActorRef.Kind kind(long code) {
        return Objects.requireNonNull(ActorRef.Kind.CODES.of(Math.toIntExact(code)));
    }

    static @Nullable String of(List<String> texts) {
        if (texts.isEmpty()) {
            return null;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartArray();
            for (String each : texts) {
                json.writeString(each);
            }
            json.writeEndArray();
        }
        return text.toString();
    }

    static List<String> texts(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            begin(json);
            while (isNext(json, JsonToken.VALUE_STRING)) {
                all.add(json.getString());
            }
        }
        return List.copyOf(all);
    }

    private static void begin(JsonParser json) {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("not a list");
        }
    }

    /// Whether an element begins with this token; otherwise the list must end.
    private static boolean isNext(JsonParser json, JsonToken begins) {
        JsonToken next = json.nextToken();
        if (next != begins) {
            end(next);
        }
        return next == begins;
    }

    private static void end(@Nullable JsonToken token) {
        if (token != JsonToken.END_ARRAY) {
            throw new IllegalArgumentException("a list with something else in it");
        }
    }

    private static String string(JsonParser json) {
        return Objects.requireNonNull(stringOrNull(json));
    }

    private static @Nullable String stringOrNull(JsonParser json) {
        return json.nextToken() == JsonToken.VALUE_NULL ? null : json.getString();
    }

    private static long number(JsonParser json) {
        json.nextToken();
        return json.getLongValue();
    }
}
