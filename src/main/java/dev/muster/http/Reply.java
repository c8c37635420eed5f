package dev.muster.http;

import dev.muster.http.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A status, headers, and a body that is whole, streamed or live. Immutable.
///
/// The engine compresses [#compressible] replies and adds `Content-Length`, `Date`, `X-Request-Id`,
/// `X-Content-Type-Options: nosniff`, over TLS `Strict-Transport-Security`, and `Cache-Control: no-store`
/// unless the reply sets its own.
///
/// @param type the media type; null if there is no body
/// @param headers alternating names and values; must not be modified
/// @param body the body; empty if it is streamed or live. Must not be modified
/// @param content the writer of a streamed body; null if the body is not streamed
/// @param gzip how to compress the body; null if it must not be compressed
/// @param live the live body; null if the body is not live
public record Reply(
        int status,
        @Nullable String type,
        String[] headers,
        byte[] body,
        @Nullable Content content,
        @Nullable Gzip gzip,
        @Nullable LiveContent live) {

    /// The content type of JSON.
    public static final String JSON = "application/json";

    private static final byte[] NOTHING = {};
    private static final String[] NO_HEADERS = {};

    /// Streams a body. A write blocks while the client does not read. An exception after the first bytes were
    /// sent aborts the connection, so that the client can tell that the reply is incomplete.
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /// Marks a reply that may be compressed.
    ///
    /// @param made the compressed body; null to compress the body when it is sent
    public record Gzip(byte @Nullable [] made) {}

    /// Creates a reply without a body.
    public static Reply of(int status) {
        return new Reply(status, null, NO_HEADERS, NOTHING, null, null, null);
    }

    /// Creates a reply with a body.
    ///
    /// @param type the media type
    /// @param body the body, which must not be modified afterwards
    public static Reply of(int status, String type, byte[] body) {
        return new Reply(status, type, NO_HEADERS, body, null, null, null);
    }

    /// Creates a reply with a JSON body in UTF-8.
    ///
    /// @param json the body, which must not be modified afterwards
    public static Reply json(int status, byte[] json) {
        return new Reply(status, JSON, NO_HEADERS, json, null, null, null);
    }

    /// Creates a reply with a JSON body, which is rendered immediately.
    ///
    /// @param content a function that writes one JSON value
    public static Reply json(int status, Consumer<JsonWriter> content) {
        return json(status, JsonWriter.bytes(content));
    }

    /// Creates a reply with a streamed body of unknown length.
    public static Reply stream(int status, String type, Content content) {
        return new Reply(status, type, NO_HEADERS, NOTHING, content, null, null);
    }

    /// Creates a reply with a body that is sent for as long as the client listens. It is never compressed.
    public static Reply live(int status, String type, LiveContent live) {
        return new Reply(status, type, NO_HEADERS, NOTHING, null, null, live);
    }

    /// Returns a copy with one more header line.
    ///
    /// @param value the value, in visible ASCII and spaces; any other character is a bug in the caller and throws
    public Reply with(String name, String value) {
        checkHeader(name, value);
        String[] more = Arrays.copyOf(headers, headers.length + 2);
        more[headers.length] = name;
        more[headers.length + 1] = value;
        return new Reply(status, type, more, body, content, gzip, live);
    }

    /// Throws unless the value consists of visible ASCII and spaces, to prevent header injection. Helidon's own
    /// check is disabled because it is slow.
    public static void checkHeader(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                throw new IllegalArgumentException("invalid value of the header " + name);
            }
        }
    }

    /// Returns a copy with another media type.
    public Reply as(String mediaType) {
        return new Reply(status, mediaType, headers, body, content, gzip, live);
    }

    /// Returns a copy that is compressed for clients that accept gzip, if it is long enough. Must not be used for
    /// replies that contain a secret next to text that an attacker can choose, because the compressed length would
    /// reveal the secret (BREACH).
    public Reply compressible() {
        return new Reply(status, type, headers, body, content, new Gzip(null), null);
    }

    /// Like [#compressible], but compresses the body immediately, for a reply that is sent many times.
    public Reply compressedOnce() {
        return new Reply(status, type, headers, body, content, new Gzip(Compression.gzip(body)), null);
    }

    /// Returns a copy with a gzipped body.
    Reply compressed(byte[] bytes, @Nullable Content stream) {
        return new Reply(status, type, headers, bytes, stream, null, null).with("Content-Encoding", "gzip");
    }

    /// Returns a copy with a header replaced.
    public Reply withOnly(String name, String value) {
        List<String> kept = new ArrayList<>(headers.length);
        for (int i = 0; i < headers.length; i += 2) {
            if (!headers[i].equalsIgnoreCase(name)) {
                kept.add(headers[i]);
                kept.add(headers[i + 1]);
            }
        }
        return new Reply(status, type, kept.toArray(NO_HEADERS), body, content, gzip, live).with(name, value);
    }

    /// The value last set for a header; null if absent.
    public @Nullable String header(String name) {
        for (int i = headers.length - 2; i >= 0; i -= 2) {
            if (headers[i].equalsIgnoreCase(name)) {
                return headers[i + 1];
            }
        }
        return null;
    }
}
