package dev.muster.http.engine;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Creates the request ids of one connection, many at a time, since generating random bytes takes a shared lock.
final class RequestIds {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CHARACTERS = 16;
    private static final int POOL_BYTES = 384;
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private String ids = "";
    private int used;

    /// Returns the client's id if it is valid, otherwise null.
    static @Nullable String validOrNull(@Nullable String sent) {
        return sent != null && VALID.matcher(sent).matches() ? sent : null;
    }

    /// Returns a new id, which has 96 random bits in 16 characters.
    String newId() {
        if (used == ids.length()) {
            byte[] drawn = new byte[POOL_BYTES];
            RANDOM.nextBytes(drawn);
            ids = Base64.getUrlEncoder().encodeToString(drawn);
            used = 0;
        }
        used += CHARACTERS;
        return ids.substring(used - CHARACTERS, used);
    }
}
