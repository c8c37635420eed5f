package dev.muster.http;

import dev.muster.http.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A status, headers, and a body that is either whole or streamed. Immutable.
///
/// The engine compresses what may be ([#compressible]) and adds `Content-Length`, `Date`, `X-Request-Id`,
/// `X-Content-Type-Options: nosniff`, over TLS `Strict-Transport-Security`, and `Cache-Control: no-store`
/// unless the reply says otherwise.
///
/// @param type the media type; null without a body
/// @param headers names and values by turns. Not to be changed
/// @param body empty when it is streamed. Not to be changed
/// @param content writes the body while it is sent; null for a body that is whole
/// @param gzip null for a reply that is not to be compressed
public record Reply(
        int status,
        @Nullable String type,
        String[] headers,
        byte[] body,
        @Nullable Content content,
        @Nullable Gzip gzip) {

    /// The usual content type of JSON.
    public static final String JSON = "application/json";

    private static final byte[] NOTHING = {};
    private static final String[] NO_HEADERS = {};

    /// Writes a body while it is sent. A write blocks while the client does not read. An exception after the
    /// first bytes were sent cuts the connection, so that the client can tell that the reply is incomplete.
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /// Marks a reply that may be compressed.
    ///
    /// @param made the body, compressed already; null where that is to be done when it is sent
    public record Gzip(byte @Nullable [] made) {}

    /// Without a body.
    public static Reply of(int status) {
        return new Reply(status, null, NO_HEADERS, NOTHING, null, null);
    }

    /// With a body.
    ///
    /// @param type the media type
    /// @param body not changed afterwards
    public static Reply of(int status, String type, byte[] body) {
        return new Reply(status, type, NO_HEADERS, body, null, null);
    }

    /// With a JSON text in UTF-8.
    ///
    /// @param json not changed afterwards
    public static Reply json(int status, byte[] json) {
        return new Reply(status, JSON, NO_HEADERS, json, null, null);
    }

    /// With JSON written now.
    ///
    /// @param content writes one JSON value
    public static Reply json(int status, Consumer<JsonWriter> content) {
        return json(status, JsonWriter.bytes(content));
    }

    /// With a body whose length is not known before it is written.
    public static Reply stream(int status, String type, Content content) {
        return new Reply(status, type, NO_HEADERS, NOTHING, content, null);
    }

    /// The same reply with one more header line.
    ///
    /// @param value visible ASCII and spaces; anything else is a bug of the caller and throws
    public Reply with(String name, String value) {
        checkHeader(name, value);
        String[] more = Arrays.copyOf(headers, headers.length + 2);
        more[headers.length] = name;
        more[headers.length + 1] = value;
        return new Reply(status, type, more, body, content, gzip);
    }

    /// Throws if a value could end its header line. Helidon's own check of that is off, since it costs time.
    public static void checkHeader(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                throw new IllegalArgumentException("not a header value, of " + name);
            }
        }
    }

    /// The same reply with another media type.
    public Reply as(String mediaType) {
        return new Reply(status, mediaType, headers, body, content, gzip);
    }

    /// The same reply, compressed for clients that accept gzip, if it is long enough to be worth it. Not for
    /// replies with a secret next to text that others can choose: its compressed length reveals the secret
    /// (BREACH).
    public Reply compressible() {
        return new Reply(status, type, headers, body, content, new Gzip(null));
    }

    /// As [#compressible], but compressed now, for a reply that is sent many times.
    public Reply compressedOnce() {
        return new Reply(status, type, headers, body, content, new Gzip(Compression.gzip(body)));
    }

    /// The same reply with a gzipped body.
    Reply compressed(byte[] bytes, @Nullable Content stream) {
        return new Reply(status, type, headers, bytes, stream, null).with("Content-Encoding", "gzip");
    }

    /// The same reply with that header replaced.
    public Reply withOnly(String name, String value) {
        List<String> kept = new ArrayList<>(headers.length);
        for (int i = 0; i < headers.length; i += 2) {
            if (!headers[i].equalsIgnoreCase(name)) {
                kept.add(headers[i]);
                kept.add(headers[i + 1]);
            }
        }
        return new Reply(status, type, kept.toArray(NO_HEADERS), body, content, gzip).with(name, value);
    }

    /// The value last given to that header by [#with], null without one.
    public @Nullable String header(String name) {
        for (int i = headers.length - 2; i >= 0; i -= 2) {
            if (headers[i].equalsIgnoreCase(name)) {
                return headers[i + 1];
            }
        }
        return null;
    }
}
