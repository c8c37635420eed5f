package dev.muster.http.engine;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/// Makes the request ids of one connection. Random bytes are drawn for many ids at a time: a draw costs a lock that
/// all connections share.
final class RequestIds {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);
    private static final int CHARACTERS = 16;
    private static final int BITS = 6;
    private static final int LONGEST = 64;

    private final byte[] drawn = new byte[CHARACTERS * BITS / 8 * 16];
    private int used = drawn.length;

    /// The client's own id, or null if it is not fit to be one.
    static @Nullable String fit(@Nullable String sent) {
        return sent != null && isFit(sent) ? sent : null;
    }

    /// A new id: 96 random bits in 16 characters.
    String fresh() {
        if (used == drawn.length) {
            RANDOM.nextBytes(drawn);
            used = 0;
        }
        byte[] id = new byte[CHARACTERS];
        int bits = 0;
        int left = 0;
        for (int i = 0; i < CHARACTERS; i++) {
            if (left < BITS) {
                bits = (bits << 8) | (drawn[used++] & 0xff);
                left += 8;
            }
            left -= BITS;
            id[i] = ALPHABET[(bits >> left) & 63];
        }
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    private static boolean isFit(String sent) {
        if (sent.isEmpty() || sent.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < sent.length(); i++) {
            char c = sent.charAt(i);
            boolean fit = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || c == '.'
                    || c == '-';
            if (!fit) {
                return false;
            }
        }
        return true;
    }
}
