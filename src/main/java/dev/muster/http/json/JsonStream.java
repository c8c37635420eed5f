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

/// Reads JSON from strangers as it arrives, for texts that are too long to be held: a token at a time, and as
/// strictly as [Json#read] does. What it holds does not grow with the text, which takes two bounds more: a text that
/// is asked for has at most [#LONGEST_TEXT] characters, and the objects that are open at a time have together at most
/// [#MOST_NAMES] names, since to find one that stands twice all are kept until their object ends.
public final class JsonStream implements AutoCloseable {
    /// How many characters a text may have that [#text] gives. One that nobody asks for has any length.
    public static final int LONGEST_TEXT = 4_096;

    /// How many names may stand in all objects that are open at a time.
    public static final int MOST_NAMES = 1_000;

    private static final JsonFactory FACTORY = Json.FACTORY
            .rebuild()
            .streamReadConstraints(Json.FACTORY
                    .streamReadConstraints()
                    .rebuild()
                    .maxStringLength(LONGEST_TEXT)
                    .build())
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Base64Variant BASE64 = Base64Variants.MIME.withPaddingAllowed();

    private final JsonParser parser;
    /// How many names each open object has had, by its depth.
    private final int[] namesAt = new int[Json.DEEPEST + 1];
    private int depth;
    private int openNames;
    private @Nullable Token last;
    private boolean lost;

    /// What a text is made of.
    public enum Token {
        OBJECT,
        OBJECT_END,
        ARRAY,
        ARRAY_END,
        NAME,
        TEXT,
        NUMBER,
        /// `true`, `false` and `null`.
        WORD
    }

    /// It is no JSON, or not as strict as it must be.
    public static final class Malformed extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /// @param utf8 is not closed
    public JsonStream(InputStream utf8) {
        // The JDK decoder rejects all malformed UTF-8; Jackson's accepts some.
        InputStreamReader text = new InputStreamReader(utf8, StandardCharsets.UTF_8.newDecoder());
        parser = FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    /// The next token; null behind the one value.
    ///
    /// @throws Malformed when there is none, or something is behind the value
    /// @throws IOException what reading throws
    public @Nullable Token next() throws IOException {
        if (lost) {
            throw new Malformed("a text in it is no Base64");
        }
        try {
            boolean over = last != null && depth == 0;
            JsonToken token = parser.nextToken();
            if (over || token == null) {
                if (over && token == null) {
                    return null;
                }
                throw new Malformed(over ? "something is behind the value" : "it is empty");
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
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new Malformed("it is no JSON");
        };
    }

    /// @return whether the innermost object that is open may have one more name
    private boolean hasRoomForName() {
        namesAt[depth]++;
        openNames++;
        return openNames <= MOST_NAMES;
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

    /// The last token that [#next] gave; null before the first.
    public @Nullable Token last() {
        return last;
    }

    /// The name, the text, or the digits of the number that was the last token.
    ///
    /// @throws Malformed when it is too long
    /// @throws IOException what reading throws
    public String text() throws IOException {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw thrown(e);
        }
    }

    /// Goes to the end of the object or array that the last token began; does nothing after any other token.
    ///
    /// @throws IOException what [#next] throws
    public void skip() throws IOException {
        if (last != Token.OBJECT && last != Token.ARRAY) {
            return;
        }
        int outside = depth - 1;
        while (depth > outside) {
            next();
        }
    }

    /// Writes the bytes that the text of the last token holds in Base64, as they are read.
    ///
    /// @return false when it is no Base64. Something may have been written all the same, and nothing more can be
    ///     read, since the parser does not tell whether it has passed the end of the text
    /// @throws IOException what reading and writing throw
    public boolean decode(OutputStream out) throws IOException {
        try {
            parser.readBinaryValue(BASE64, out);
            return true;
        } catch (JacksonException e) {
            IOException thrown = thrown(e);
            if (thrown instanceof Malformed) {
                lost = true;
                return false;
            }
            throw thrown;
        }
    }

    private static IOException thrown(JacksonException e) {
        return e.getCause() instanceof IOException read && !(read instanceof CharacterCodingException)
                ? read
                : new Malformed("it is no JSON, or something in it is too long or too deep");
    }

    @Override
    public void close() {
        parser.close();
    }
}
