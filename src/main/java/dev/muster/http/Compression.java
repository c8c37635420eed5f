package dev.muster.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Compresses replies with gzip if both the route and the client allow it (RFC 9110, section 12.5.3).
public final class Compression {
    /// Replies shorter than this are not compressed, because they fit into a packet or two.
    private static final int MIN_BYTES = 1 << 10;

    private static final int BUFFER_BYTES = 8 << 10;

    private Compression() {}

    /// Compresses a reply that is marked compressible and long enough, if the client accepts gzip.
    ///
    /// @param accepted the request's `Accept-Encoding`; null if absent
    public static Reply applied(Reply reply, @Nullable String accepted) {
        Reply.Gzip gzip = reply.gzip();
        if (gzip == null) {
            return reply;
        }
        Reply varying = reply.with("Vary", "Accept-Encoding");
        boolean isLong = reply.content() != null || reply.body().length >= MIN_BYTES;
        if (!isLong || !takesGzip(accepted)) {
            return varying;
        }
        Reply.Content content = reply.content();
        if (content != null) {
            return tagged(varying.compressed(reply.body(), out -> stream(content, out)));
        }
        byte[] made = gzip.made();
        return tagged(varying.compressed(made == null ? gzip(reply.body()) : made, null));
    }

    /// Gives a compressed reply its own entity tag, because a strong tag identifies exact bytes.
    private static Reply tagged(Reply reply) {
        String tag = reply.header("ETag");
        return tag == null ? reply : reply.withOnly("ETag", ofCompressed(tag));
    }

    /// Derives the strong tag of the compressed reply from that of the uncompressed one.
    static String ofCompressed(String tag) {
        return tag.substring(0, tag.length() - 1) + "-gzip\"";
    }

    /// Whether the client accepts gzip; false if the header is absent.
    public static boolean takesGzip(@Nullable String accepted) {
        boolean any = false;
        for (String part : accepted == null ? new String[0] : accepted.split(",", -1)) {
            String[] words = part.toLowerCase(Locale.ROOT).split(";", 2);
            String coding = words[0].strip();
            boolean wanted = words.length == 1 || !isZero(words[1].strip());
            if (coding.equals("gzip") || coding.equals("x-gzip")) {
                return wanted;
            }
            any |= coding.equals("*") && wanted;
        }
        return any;
    }

    /// Whether a weight is zero: `q=0`, `q=0.000`.
    private static boolean isZero(String weight) {
        return weight.matches("q\\s*=\\s*0(\\.0*)?");
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (FastGzipStream out = new FastGzipStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return compressed.toByteArray();
    }

    private static void stream(Reply.Content content, OutputStream out) throws IOException {
        FastGzipStream compressed = new FastGzipStream(out);
        // On failure the stream is not closed, because closing it would mark the body as complete.
        content.writeTo(compressed);
        compressed.close();
    }

    /// Compresses at the fastest level. It does as well as slower levels on JSON lists, which are mostly field
    /// names.
    private static final class FastGzipStream extends GZIPOutputStream {
        FastGzipStream(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
