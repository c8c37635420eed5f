package dev.muster.security.format;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Base62 with a fixed width: big-endian, with the digits `0-9A-Za-z`, left-padded with `0`. Each value has exactly one
/// encoding.
///
/// Encoding runs when a credential is created and is written for clarity; decoding and checking run for every request
/// and allocate only the id.
public final class Base62 {
    /// The number of digits for 16 bytes.
    static final int ID_DIGITS = 22;

    /// The number of digits for 32 bytes.
    static final int SECRET_DIGITS = 43;

    /// The number of digits for a CRC-32.
    static final int CHECKSUM_DIGITS = 6;

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(62);

    private Base62() {}

    public static String secret(byte[] bytes) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException("a secret has 32 bytes, not " + bytes.length);
        }
        return encoded(new BigInteger(1, bytes), SECRET_DIGITS);
    }

    static String id(UUID id) {
        ByteBuffer bytes =
                ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return encoded(new BigInteger(1, bytes.array()), ID_DIGITS);
    }

    /// Appends the CRC-32 (ISO 3309) of a string, in 6 digits.
    public static String withChecksum(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return text + encoded(BigInteger.valueOf(crc(bytes, bytes.length)), CHECKSUM_DIGITS);
    }

    /// Whether a text consists only of digits from the index `from` to its end, and its last 6 digits are the
    /// checksum of everything before them.
    ///
    /// @param from the index of the first digit
    public static boolean endsInChecksum(byte[] text, int from) {
        int checksumAt = text.length - CHECKSUM_DIGITS;
        long written = 0;
        for (int i = from; i < text.length; i++) {
            int digit = digit(text[i]);
            if (digit < 0) {
                return false;
            }
            written = i < checksumAt ? 0 : written * 62 + digit;
        }
        return crc(text, checksumAt) == written;
    }

    private static long crc(byte[] text, int length) {
        CRC32 crc = new CRC32();
        crc.update(text, 0, length);
        return crc.getValue();
    }

    /// Decodes a 128-bit number from 22 digits.
    ///
    /// @return the number as a UUID; null if a character is not a digit, or if the number is too large
    static @Nullable UUID id(byte[] text, int from) {
        long high = 0;
        long low = 0;
        for (int i = from; i < from + ID_DIGITS; i++) {
            int digit = digit(text[i]);
            if (digit < 0 || Math.unsignedMultiplyHigh(high, 62) != 0) {
                return null;
            }
            long carried = Math.unsignedMultiplyHigh(low, 62);
            low = low * 62 + digit;
            if (Long.compareUnsigned(low, digit) < 0) {
                carried++;
            }
            high = high * 62 + carried;
            if (Long.compareUnsigned(high, carried) < 0) {
                return null;
            }
        }
        return new UUID(high, low);
    }

    private static int digit(byte c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'A' && c <= 'Z') {
            return c - 'A' + 10;
        }
        return c >= 'a' && c <= 'z' ? c - 'a' + 36 : -1;
    }

    private static String encoded(BigInteger number, int width) {
        char[] digits = new char[width];
        BigInteger rest = number;
        for (int i = width - 1; i >= 0; i--) {
            BigInteger[] divided = rest.divideAndRemainder(BASE);
            digits[i] = DIGITS.charAt(divided[1].intValue());
            rest = divided[0];
        }
        return new String(digits);
    }
}
