package dev.muster.http.json;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// Parses untrusted JSON strictly: valid UTF-8, one value with nothing after it, no duplicate names in an object, no
/// extensions to the standard (NaN, comments, trailing commas).
///
/// A value is an ordered `Map`, a `List`, a `String`, a [BigDecimal] with the digits as sent, a `Boolean`, or
/// null. Strings may contain U+0000 or unpaired surrogates: callers check [#isStorable] themselves, so that
/// the error can name the field.
public final class Json {

    /// The maximum nesting of objects and arrays.
    public static final int MAX_DEPTH = 32;

    /// The maximum length of a number, since long ones are expensive to compute with.
    public static final int MAX_NUMBER_LENGTH = 64;

    /// The maximum number of values in a document, including nested ones. It is limited because a value of two
    /// characters takes up a hundred times its size in memory.
    public static final int MAX_VALUES = 10_000;

    private static final int MAX_EXPONENT = 400;
    private static final int MAX_NAME_LENGTH = 1_024;
    private static final char BYTE_ORDER_MARK = '\ufeff';

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            // Names are untrusted, so a shared symbol table gains nothing and can be abused.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private final JsonParser parser;
    private int valuesLeft;

    private Json(JsonParser parser, int mostValues) {
        this.parser = parser;
        this.valuesLeft = mostValues;
    }

    /// The result of parsing.
    public sealed interface Result {

        record Value(@Nullable Object value) implements Result {}

        /// The text is not JSON, or it violates the strict rules.
        ///
        /// @param message one sentence for the client; must not quote the request
        record Malformed(String message) implements Result {}
    }

    /// Parses a whole text as one value. The caller limits its length.
    public static Result read(byte[] utf8) {
        return read(utf8, MAX_VALUES);
    }

    /// Like [#read(byte\[\])], with another limit on the number of values.
    public static Result read(byte[] utf8, int mostValues) {
        if (!isUtf8(utf8)) {
            return new Result.Malformed("The body is not valid UTF-8 without a byte order mark.");
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return new Result.Malformed("The body is empty.");
            }
            @Nullable Object value = new Json(parser, mostValues).value(first);
            return parser.nextToken() == null
                    ? new Result.Value(value)
                    : new Result.Malformed("There is something after the JSON value.");
        } catch (Unreadable e) {
            return new Result.Malformed(e.sentence);
        } catch (StreamConstraintsException e) {
            return new Result.Malformed("The JSON is nested too deeply, or has a number or a name that is too long.");
        } catch (JacksonException e) {
            return new Result.Malformed(
                    "The body is not JSON: wrong at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ".");
        }
    }

    /// Whether the input, of any length, is one JSON object by the strict rules of [#read] and within the two
    /// additional limits of [JsonStream]. Uses constant memory.
    ///
    /// @param utf8 the input; it is read to its end unless it is malformed, and is not closed
    /// @throws IOException if reading fails
    public static boolean isObject(InputStream utf8) throws IOException {
        try (JsonStream json = new JsonStream(utf8)) {
            if (json.next() != JsonStream.Token.OBJECT) {
                return false;
            }
            json.skip();
            return json.next() == null;
        } catch (JsonStream.Malformed e) {
            return false;
        }
    }

    /// A value as compact JSON text; the inverse of [#read].
    public static byte[] write(@Nullable Object value) {
        return JsonWriter.bytes(json -> json.value(value));
    }

    /// Whether a string, or every string and name within a value, can be stored, which excludes U+0000 and unpaired
    /// surrogates.
    public static boolean isStorable(@Nullable Object value) {
        return switch (value) {
            case String text -> isStorable(text);
            case List<?> items -> items.stream().allMatch(Json::isStorable);
            case Map<?, ?> object ->
                object.entrySet().stream()
                        .allMatch(field -> isStorable(field.getKey()) && isStorable(field.getValue()));
            case null, default -> true;
        };
    }

    private static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    // The parser's own nesting limit bounds this recursion.
    private @Nullable Object value(JsonToken token) {
        if (--valuesLeft < 0) {
            throw new Unreadable("The JSON has too many values.");
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new Unreadable("The body is not JSON.");
        };
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (fields.containsKey(name)) {
                // Parsers that disagree on which of the two values counts would be a security hole.
                throw new Unreadable("The JSON has a name twice in one object.");
            }
            fields.put(name, value(parser.nextToken()));
        }
        return fields;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token));
        }
        return items;
    }

    private static BigDecimal number(String digits) {
        BigDecimal number = numberInRange(digits);
        if (number == null) {
            throw new Unreadable("The JSON has a number that is out of range.");
        }
        return number;
    }

    /// Parses a number; null if it is out of range.
    static @Nullable BigDecimal numberInRange(String digits) {
        try {
            BigDecimal number = new BigDecimal(digits);
            // 1e999999999 is short to send but very expensive to compute with.
            return Math.abs((long) number.scale()) <= MAX_EXPONENT ? number : null;
        } catch (NumberFormatException e) {
            // The exponent exceeds an int.
            return null;
        }
    }

    /// Whether the bytes are valid UTF-8 without U+0000, which would make the parser guess UTF-16, and without a
    /// byte order mark. Valid JSON contains neither.
    private static boolean isUtf8(byte[] bytes) {
        for (byte b : bytes) {
            if (b <= 0) {
                return decodes(bytes);
            }
        }
        return true;
    }

    private static boolean decodes(byte[] bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return text.chars().noneMatch(c -> c == 0) && text.charAt(0) != BYTE_ORDER_MARK;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static final class Unreadable extends RuntimeException {
        private final String sentence;

        Unreadable(String sentence) {
            super(sentence, null, false, false);
            this.sentence = sentence;
        }
    }
}
