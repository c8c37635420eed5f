package dev.muster.http.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.Base64Variants;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Parses untrusted JSON as a stream of tokens, for documents that are too long to hold in memory. It is as strict as
/// [Json#read]. Its memory does not grow with the document, which requires two more limits: a string that is read has
/// at most [#MAX_TEXT_LENGTH] characters, and all open objects together have at most [#MAX_NAMES] names, since names
/// are kept until their object ends to detect duplicates.
public final class JsonStream implements AutoCloseable {
    /// The maximum length of a string that [#text] returns. Skipped strings may be longer.
    public static final int MAX_TEXT_LENGTH = 4_096;

    /// The maximum number of names in all open objects together.
    public static final int MAX_NAMES = 1_000;

    private static final JsonFactory FACTORY = Json.FACTORY
            .rebuild()
            .streamReadConstraints(Json.FACTORY
                    .streamReadConstraints()
                    .rebuild()
                    .maxStringLength(MAX_TEXT_LENGTH)
                    .build())
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Base64Variant BASE64 = Base64Variants.MIME.withPaddingAllowed();

    private final JsonParser parser;
    /// The number of names so far in each open object, by depth.
    private final int[] namesAt = new int[Json.MAX_DEPTH + 1];
    private int depth;
    private int openNames;
    private @Nullable Token last;
    private boolean failed;

    /// The tokens of a document.
    public enum Token {
        OBJECT,
        OBJECT_END,
        ARRAY,
        ARRAY_END,
        NAME,
        TEXT,
        NUMBER,
        /// `true`, `false` or `null`.
        WORD
    }

    /// Thrown if the text is not strict JSON or exceeds a limit.
    public static final class Malformed extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /// @param utf8 the input, which is not closed
    public JsonStream(InputStream utf8) {
        // The JDK decoder rejects all malformed UTF-8; Jackson's accepts some.
        InputStreamReader text = new InputStreamReader(utf8, StandardCharsets.UTF_8.newDecoder());
        parser = FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    /// The next token; null at the end of the text.
    ///
    /// @throws Malformed if the text is empty or not strict JSON, or something follows the value
    /// @throws IOException if reading fails
    public @Nullable Token next() throws IOException {
        if (failed) {
            throw new Malformed("a text is not Base64");
        }
        try {
            boolean over = last != null && depth == 0;
            JsonToken token = parser.nextToken();
            if (over || token == null) {
                if (over && token == null) {
                    return null;
                }
                throw new Malformed(over ? "there is something after the value" : "it is empty");
            }
            last = taken(token);
            return last;
        } catch (JacksonException e) {
            throw thrown(e);
        }
    }

    private Token taken(JsonToken token) throws Malformed {
        return switch (token) {
            case START_OBJECT -> opened(Token.OBJECT);
            case START_ARRAY -> opened(Token.ARRAY);
            case END_OBJECT -> closed(Token.OBJECT_END);
            case END_ARRAY -> closed(Token.ARRAY_END);
            case PROPERTY_NAME -> {
                if (!hasRoomForName()) {
                    throw new Malformed("there are too many names");
                }
                yield Token.NAME;
            }
            case VALUE_STRING -> Token.TEXT;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                if (Json.numberInRange(parser.getString()) == null) {
                    throw new Malformed("a number is out of range");
                }
                yield Token.NUMBER;
            }
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> Token.WORD;
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new Malformed("it is not JSON");
        };
    }

    /// Counts a name.
    ///
    /// @return whether the count is within the limit
    private boolean hasRoomForName() {
        namesAt[depth]++;
        openNames++;
        return openNames <= MAX_NAMES;
    }

    private Token closed(Token token) {
        openNames -= namesAt[depth];
        depth--;
        return token;
    }

    private Token opened(Token token) {
        depth++;
        namesAt[depth] = 0;
        return token;
    }

    /// The last token that [#next] returned; null before the first.
    public @Nullable Token last() {
        return last;
    }

    /// The name or string of the last token, or the digits of its number.
    ///
    /// @throws Malformed if it is too long
    /// @throws IOException if reading fails
    public String text() throws IOException {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw thrown(e);
        }
    }

    /// Skips to the end of the object or array that the last token began; does nothing after any other token.
    ///
    /// @throws IOException as [#next] does
    public void skip() throws IOException {
        if (last != Token.OBJECT && last != Token.ARRAY) {
            return;
        }
        int outside = depth - 1;
        while (depth > outside) {
            next();
        }
    }

    /// Decodes the last token's string from Base64 and writes the bytes to a stream.
    ///
    /// @return false if the string is not Base64. Some bytes may then have been written, and nothing more can be
    ///     read, since the parser's position is unknown
    /// @throws IOException if reading or writing fails
    public boolean decode(OutputStream out) throws IOException {
        try {
            parser.readBinaryValue(BASE64, out);
            return true;
        } catch (JacksonException e) {
            IOException thrown = thrown(e);
            if (thrown instanceof Malformed) {
                failed = true;
                return false;
            }
            throw thrown;
        }
    }

    private static IOException thrown(JacksonException e) {
        return e.getCause() instanceof IOException read && !(read instanceof CharacterCodingException)
                ? read
                : new Malformed("it is not JSON, or something in it is too long or nested too deeply");
    }

    @Override
    public void close() {
        parser.close();
    }
}
