package dev.muster.directory.journal;

import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.sealing.RealmKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// The byte format of journal entries. Entries are kept and hashed verbatim, so a format never changes; a new format
/// has a new first byte. Format 2 is written; both formats are read:
///
/// ```
/// format 1 | realm 8 | seq 8 | at 8 | actor kind 1, id 16 | subject type 1, id 16
/// | dialect 1+n | request id 1+n | action 1+n | sealed part 4+n | MAC 16 (format 2 only)
/// ```
///
/// Numbers are big endian, `at` is in epoch milliseconds, strings are UTF-8 preceded by their length. Everything before
/// the sealed part is the plain part. The sealed part is empty or contains a JSON object, sealed with the key of the
/// person or job that the entry is about, or with the realm's own key if it has no personal data. It contains
/// everything that could identify a person: `changes` (`{field: [before, after]}`), `reason`, `note`, `onBehalfOf`,
/// `clientRequestId` and `approvedBy` (such as `operator:` and an id). Absent values are omitted.
///
/// Format 2 makes it impossible to forge entries without the realm's keys (see docs/decisions/057): the sealed part is
/// bound to the plain part (AES-GCM associated data), and the MAC covers the previous hash, the plain part and the
/// sealed part.
public final class EntryFormat {
    /// The first byte of entries that earlier versions wrote.
    public static final byte UNBOUND = 1;

    /// The first byte of entries that this version writes.
    static final byte BOUND = 2;

    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonMapper MAPPER = new JsonMapper(JSON);

    /// The plain part of an entry, together with the sealed part, which is still sealed.
    ///
    /// @param format [#UNBOUND] or [#BOUND]
    public record Plain(
            byte format,
            long realm,
            long seq,
            Instant at,
            ActorRef actor,
            Event.Subject subject,
            String dialect,
            String requestId,
            String action,
            byte[] sealed) {}

    /// The content of the sealed part.
    public record Opened(
            Changes changes,
            @Nullable String reason,
            @Nullable String note,
            @Nullable String onBehalfOf,
            @Nullable String clientRequestId,
            @Nullable ActorRef approvedBy) {
        static final Opened EMPTY = new Opened(Changes.NONE, null, null, null, null, null);

        boolean isEmpty() {
            return changes.isEmpty()
                    && reason == null
                    && note == null
                    && onBehalfOf == null
                    && clientRequestId == null
                    && approvedBy == null;
        }
    }

    /// Encodes the plain part of an entry, from the format to the action. Ignores `sealed`.
    byte[] plainPart(Plain plain) {
        byte[] dialect = plain.dialect.getBytes(StandardCharsets.UTF_8);
        byte[] requestId = plain.requestId.getBytes(StandardCharsets.UTF_8);
        byte[] action = plain.action.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(59 + 3 + dialect.length + requestId.length + action.length);
        out.put(plain.format).putLong(plain.realm).putLong(plain.seq).putLong(plain.at.toEpochMilli());
        out.put((byte) plain.actor.kind().code());
        put(out, plain.actor.id());
        out.put((byte) plain.subject.type().code());
        put(out, plain.subject.id());
        put(out, dialect);
        put(out, requestId);
        put(out, action);
        return out.array();
    }

    /// Returns the sealed part, preceded by its length.
    byte[] sealedPart(byte[] sealed) {
        return ByteBuffer.allocate(4 + sealed.length)
                .putInt(sealed.length)
                .put(sealed)
                .array();
    }

    /// Joins the parts of an entry of format 2.
    byte[] join(byte[] plainPart, byte[] sealedPart, byte[] mac) {
        return ByteBuffer.allocate(plainPart.length + sealedPart.length + mac.length)
                .put(plainPart)
                .put(sealedPart)
                .put(mac)
                .array();
    }

    /// The offset of the MAC in an entry of format 2. The MAC covers all bytes before it.
    public static int macAt(byte[] entry) {
        return entry.length - RealmKey.JOURNAL_MAC_BYTES;
    }

    /// Parses an entry.
    ///
    /// @throws IllegalArgumentException if the bytes are not an entry of a known format
    public Plain read(byte[] entry) {
        try {
            ByteBuffer in = ByteBuffer.wrap(entry);
            byte format = in.get();
            if (format != UNBOUND && format != BOUND) {
                throw new IllegalArgumentException("unknown format " + format);
            }
            long realm = in.getLong();
            long seq = in.getLong();
            Instant at = Instant.ofEpochMilli(in.getLong());
            ActorRef actor = new ActorRef(coded(ActorRef.Kind.CODES, in.get()), uuid(in));
            Event.Subject subject = new Event.Subject(coded(Event.Subject.Type.CODES, in.get()), uuid(in));
            String dialect = text(in);
            String requestId = text(in);
            String action = text(in);
            byte[] sealed = new byte[in.getInt()];
            in.get(sealed);
            if (in.remaining() != (format == BOUND ? RealmKey.JOURNAL_MAC_BYTES : 0)) {
                throw new IllegalArgumentException("not as many bytes as an entry has");
            }
            return new Plain(format, realm, seq, at, actor, subject, dialect, requestId, action, sealed);
        } catch (java.nio.BufferUnderflowException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new IllegalArgumentException("not an entry", e);
        }
    }

    private static <E extends Coded> E coded(Codes<E> codes, byte code) {
        E constant = codes.of(code);
        if (constant == null) {
            throw new IllegalArgumentException("unknown code " + code);
        }
        return constant;
    }

    /// Writes the JSON to be sealed.
    byte[] writeOpened(Opened opened) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            generator.writeStartObject();
            if (!opened.changes.isEmpty()) {
                generator.writeName("changes");
                generator.writeStartObject();
                opened.changes.byField().forEach((field, change) -> {
                    generator.writeName(field);
                    generator.writeStartArray();
                    writeValue(generator, change.before());
                    writeValue(generator, change.after());
                    generator.writeEndArray();
                });
                generator.writeEndObject();
            }
            text(generator, "reason", opened.reason);
            text(generator, "note", opened.note);
            text(generator, "onBehalfOf", opened.onBehalfOf);
            text(generator, "clientRequestId", opened.clientRequestId);
            text(generator, "approvedBy", opened.approvedBy == null ? null : opened.approvedBy.text());
            generator.writeEndObject();
        }
        return out.toByteArray();
    }

    @SuppressWarnings("unchecked")
    Opened readOpened(byte[] bytes) {
        Map<String, Object> object;
        try (var parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            object = MAPPER.readValue(parser, Map.class);
        }
        Changes.Draft changes = new Changes.Draft();
        if (object.get("changes") instanceof Map<?, ?> fields) {
            ((Map<String, List<@Nullable Object>>) fields)
                    .forEach((field, pair) -> changes.put(field, pair.get(0), pair.get(1)));
        }
        return new Opened(
                changes.build(),
                (String) object.get("reason"),
                (String) object.get("note"),
                (String) object.get("onBehalfOf"),
                (String) object.get("clientRequestId"),
                object.get("approvedBy") instanceof String approver ? ActorRef.parse(approver) : null);
    }

    /// Writes a value of [Changes] as JSON.
    public static void writeValue(JsonGenerator out, @Nullable Object value) {
        switch (value) {
            case null -> out.writeNull();
            case String text -> out.writeString(text);
            case Long number -> out.writeNumber(number);
            // A `Long` that was read back from the journal may be an `Integer`.
            case Integer number -> out.writeNumber(number);
            case Boolean flag -> out.writeBoolean(flag);
            case List<?> list -> {
                out.writeStartArray();
                list.forEach(item -> writeValue(out, item));
                out.writeEndArray();
            }
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((name, item) -> {
                    out.writeName((String) name);
                    writeValue(out, item);
                });
                out.writeEndObject();
            }
            default -> throw new IllegalArgumentException("not a valid value in the journal: " + value.getClass());
        }
    }

    private static void text(JsonGenerator out, String name, @Nullable String value) {
        if (value != null) {
            out.writeStringProperty(name, value);
        }
    }

    private static void put(ByteBuffer out, UUID id) {
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static void put(ByteBuffer out, byte[] text) {
        if (text.length > 255) {
            throw new IllegalArgumentException("too long for an entry: " + text.length);
        }
        out.put((byte) text.length).put(text);
    }

    private static UUID uuid(ByteBuffer in) {
        return new UUID(in.getLong(), in.getLong());
    }

    private static String text(ByteBuffer in) {
        byte[] text = new byte[in.get() & 0xff];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
