package dev.muster.http.json;

import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;

/// Writes JSON directly to bytes, without a tree. Calls can be chained; [#end] closes the innermost object or array.
///
/// ```java
/// JsonWriter.bytes(json -> json.object().field("id", id).array("holds").end().end())
/// ```
///
/// An unpaired surrogate is written as U+FFFD, so that errors can quote any input.
public final class JsonWriter implements AutoCloseable {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .recyclerPool(new BufferPool())
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            // Only #line separates top-level values.
            .rootValueSeparator("")
            .build();

    /// The encoded forms of field names. In a microbenchmark, writing 440 names took half as long with them. Nearly
    /// all names come from the code; for the few that do not, the number is limited.
    private static final ConcurrentHashMap<String, SerializedString> NAMES = new ConcurrentHashMap<>();

    private static final int MAX_NAMES = 4_096;

    private static final int TYPICAL_REPLY_BYTES = 512;

    /// Nearly all strings are at most this long.
    private static final int TYPICAL_CHARS = 256;

    private final OutputStream out;
    private final JsonGenerator generator;
    private final char[] chars = new char[TYPICAL_CHARS];

    private JsonWriter(OutputStream out) {
        this.out = out;
        this.generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /// Writes one value to a new array.
    public static byte[] bytes(Consumer<JsonWriter> content) {
        // The builder keeps long content in pieces. A single array that doubles when it is full would temporarily take
        // three times the memory.
        ByteArrayBuilder out = new ByteArrayBuilder(TYPICAL_REPLY_BYTES);
        try (JsonWriter writer = new JsonWriter(out)) {
            content.accept(writer);
        }
        return out.toByteArray();
    }

    /// Creates a writer to a stream, which [#close] flushes but does not close. Use [#line] between several values.
    public static JsonWriter to(OutputStream out) {
        return new JsonWriter(out);
    }

    public JsonWriter object() {
        generator.writeStartObject();
        return this;
    }

    public JsonWriter object(String name) {
        writeName(name);
        return object();
    }

    public JsonWriter array() {
        generator.writeStartArray();
        return this;
    }

    public JsonWriter array(String name) {
        writeName(name);
        return array();
    }

    /// Writes a field with an array of strings.
    public JsonWriter texts(String name, Iterable<String> texts) {
        array(name);
        texts.forEach(this::text);
        return end();
    }

    /// Closes the innermost object or array.
    public JsonWriter end() {
        if (generator.streamWriteContext().inObject()) {
            generator.writeEndObject();
        } else {
            generator.writeEndArray();
        }
        return this;
    }

    /// Begins a field; the next call writes its value.
    public JsonWriter name(String name) {
        generator.writeName(writable(name));
        return this;
    }

    /// Writes a field with a string.
    ///
    /// @param text null is written as JSON null
    public JsonWriter field(String name, @Nullable String text) {
        writeName(name);
        return text(text);
    }

    public JsonWriter field(String name, long number) {
        writeName(name);
        generator.writeNumber(number);
        return this;
    }

    public JsonWriter field(String name, boolean flag) {
        writeName(name);
        generator.writeBoolean(flag);
        return this;
    }

    /// Writes the field only if the value is not null.
    public JsonWriter fieldIfPresent(String name, @Nullable String text) {
        return text == null ? this : field(name, text);
    }

    /// Writes a field whose value is already JSON; the caller guarantees that it is one whole value.
    public JsonWriter rawField(String name, @Nullable String json) {
        writeName(name);
        if (json == null) {
            generator.writeNull();
        } else {
            generator.writeRawValue(json);
        }
        return this;
    }

    private void writeName(String name) {
        SerializedString encoded = NAMES.get(name);
        if (encoded == null) {
            if (NAMES.size() >= MAX_NAMES) {
                generator.writeName(name);
                return;
            }
            encoded = new SerializedString(name);
            NAMES.put(name, encoded);
        }
        generator.writeName(encoded);
    }

    public JsonWriter text(@Nullable String text) {
        if (text == null) {
            generator.writeNull();
        } else if (!writeShort(text)) {
            generator.writeString(writable(text));
        }
        return this;
    }

    /// Fast path: writes a short string without surrogates from an array.
    ///
    /// @return false, without writing anything, if the string is long or has a surrogate
    private boolean writeShort(String text) {
        int length = text.length();
        if (length > TYPICAL_CHARS) {
            return false;
        }
        text.getChars(0, length, chars, 0);
        int bits = 0;
        for (int i = 0; i < length; i++) {
            bits |= chars[i];
        }
        // Every surrogate has all bits of MIN_SURROGATE set.
        if ((bits & Character.MIN_SURROGATE) == Character.MIN_SURROGATE) {
            return false;
        }
        generator.writeString(chars, 0, length);
        return true;
    }

    public JsonWriter number(long number) {
        generator.writeNumber(number);
        return this;
    }

    public JsonWriter flag(boolean flag) {
        generator.writeBoolean(flag);
        return this;
    }

    /// Writes a value as returned by [Json#read].
    public JsonWriter value(@Nullable Object value) {
        switch (value) {
            case null -> generator.writeNull();
            case String text -> text(text);
            case Boolean flag -> generator.writeBoolean(flag);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(number);
            case List<?> items -> {
                array();
                items.forEach(this::value);
                end();
            }
            case Map<?, ?> object -> {
                object();
                object.forEach((name, item) -> name(String.valueOf(name)).value(item));
                end();
            }
            default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
        }
        return this;
    }

    /// Ends a line of NDJSON, between top-level values.
    public JsonWriter line() {
        generator.writeRaw('\n');
        return this;
    }

    @Override
    public void close() {
        generator.close();
    }

    /// Writes everything so far to the stream and flushes it.
    public void flush() throws java.io.IOException {
        generator.flush();
        out.flush();
    }

    private static String writable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }
}
