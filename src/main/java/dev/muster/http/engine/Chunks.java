package dev.muster.http.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.Arrays;

/// Decodes a chunked body strictly according to RFC 9112, section 7.1. Extensions and trailers are skipped. Anything
/// outside the grammar is refused, such as a line without CRLF, because a proxy that parses it differently would allow
/// request smuggling.
///
/// Helidon's own decoder accepts any two bytes after a chunk's data and does not support extensions, so it
/// only ever sees an empty body. [Connection] and [Body] limit length and duration.
final class Chunks extends InputStream {

    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private final Connection connection;
    private final InputStream helidonBody;

    private byte[] here = {};
    private int at;
    private long left;
    private boolean begun;
    private boolean ended;

    /// @param helidonBody Helidon's stream of the same body, unread
    Chunks(Connection connection, InputStream helidonBody) {
        this.connection = connection;
        this.helidonBody = helidonBody;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// @throws ProtocolException if the coding is broken; the connection must no longer be used
    @Override
    public int read(byte[] into, int offset, int max) throws IOException {
        if (max == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        peek();
        int count = (int) Math.min(Math.min(max, left), here.length - at);
        System.arraycopy(here, at, into, offset, count);
        at += count;
        left -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (begun) {
            lineEnd();
        }
        begun = true;
        left = size();
        if (left > 0) {
            return;
        }
        while (peek() != '\r') {
            trailer();
        }
        lineEnd();
        ended = true;
        byte[] rest = Arrays.copyOf(LAST_CHUNK, LAST_CHUNK.length + here.length - at);
        System.arraycopy(here, at, rest, LAST_CHUNK.length, here.length - at);
        connection.unread(rest);
        if (helidonBody.read() >= 0) {
            throw new IllegalStateException("Helidon returned data after the last chunk");
        }
    }

    private long size() throws IOException {
        long size = 0;
        int digits = 0;
        for (int digit = hex(peek()); digit >= 0; digit = hex(peek())) {
            at++;
            digits++;
            size = size << 4 | digit;
            if (size > Integer.MAX_VALUE) {
                throw new ProtocolException("a chunk is too long");
            }
        }
        if (digits == 0) {
            throw new ProtocolException("a chunk has no size");
        }
        if (peek() != '\r') {
            while (peek() == ' ' || peek() == '\t') {
                at++;
            }
            expect(';');
            text();
        }
        lineEnd();
        return size;
    }

    private void trailer() throws IOException {
        int length = 0;
        while (isToken(peek())) {
            at++;
            length++;
        }
        if (length == 0) {
            throw new ProtocolException("a trailer has no name");
        }
        expect(':');
        text();
        lineEnd();
    }

    /// Skips the rest of a line, up to CRLF.
    private void text() throws IOException {
        for (int c = peek(); c == '\t' || (c >= ' ' && c != 0x7f); c = peek()) {
            at++;
        }
    }

    private void lineEnd() throws IOException {
        expect('\r');
        expect('\n');
    }

    private void expect(char wanted) throws IOException {
        if (peek() != wanted) {
            throw new ProtocolException("the chunked coding is broken");
        }
        at++;
    }

    /// Waits for the next byte and returns it without consuming it.
    private int peek() {
        while (at == here.length) {
            here = connection.bodyBytes();
            at = 0;
        }
        return here[at] & 0xff;
    }

    private static int hex(int c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /// Whether a character may occur in a token (RFC 9110, section 5.6.2).
    private static boolean isToken(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
