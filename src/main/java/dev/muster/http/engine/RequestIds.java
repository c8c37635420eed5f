package dev.muster.http.engine;

import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Makes the request ids of one connection, many at a time: drawing random bytes takes a lock that all connections
/// share.
final class RequestIds {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CHARACTERS = 16;
    private static final int DRAWN_BYTES = 192;
    private static final int LONGEST = 64;

    private String ids = "";
    private int used;

    /// The client's own id, or null if it is not fit to be one.
    static @Nullable String fit(@Nullable String sent) {
        return sent != null && isFit(sent) ? sent : null;
    }

    /// A new id: 96 random bits in 16 characters.
    String fresh() {
        if (used == ids.length()) {
            byte[] drawn = new byte[DRAWN_BYTES];
            RANDOM.nextBytes(drawn);
            ids = Base64.getUrlEncoder().encodeToString(drawn);
            used = 0;
        }
        used += CHARACTERS;
        return ids.substring(used - CHARACTERS, used);
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
