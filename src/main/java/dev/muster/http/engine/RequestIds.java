package dev.muster.http.engine;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Creates the request ids of one connection. They must be unique, but need not be secret, so only the first one is
/// drawn from [SecureRandom]; drawing all of them took 1 % of the time of a read request.
final class RequestIds {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.ISO_8859_1);
    private static final int CONNECTION_CHARACTERS = 10;
    private static final int NUMBER_CHARACTERS = 6;

    /// The difference between two consecutive numbers. It is odd, so no number repeats before all 2^36 have been used.
    private static final long STEP = 0x9_E377_79B1L;

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final long connection = RANDOM.nextLong();
    private long number = RANDOM.nextLong();

    /// Returns the client's id if it is valid, otherwise null.
    static @Nullable String validOrNull(@Nullable String sent) {
        return sent != null && VALID.matcher(sent).matches() ? sent : null;
    }

    /// Returns a new id of 16 characters: 10 for the connection, with 60 random bits, and 6 that differ within it.
    String newId() {
        byte[] id = new byte[CONNECTION_CHARACTERS + NUMBER_CHARACTERS];
        number += STEP;
        write(connection, id, 0, CONNECTION_CHARACTERS);
        write(number, id, CONNECTION_CHARACTERS, id.length);
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    private static void write(long bits, byte[] to, int from, int end) {
        long left = bits;
        for (int i = from; i < end; i++) {
            to[i] = ALPHABET[(int) (left & 63)];
            left >>>= 6;
        }
    }
}
