package dev.muster.security.format;

import dev.muster.model.value.Timestamps;
import dev.muster.sealing.Hmac;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The timestamps of the server's own signatures in one realm. Replies are signed like requests, so a reply's signature
/// could be replayed as a request's. To prevent that, the last six of the nine fraction digits are a keyed function of
/// the millisecond, and requests with such a time are refused.
///
/// The nine digits never end in 000, so a Java client that parses the time as an `Instant` and formats it again gets
/// the same text. The nanoseconds of a client's time match by chance about once in a million times.
public final class ReplyTimes {
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_MILLIS = 999;

    private final Hmac hmac;

    /// @param key the realm's key, 32 bytes, which is the same on every server
    public ReplyTimes(byte[] key) {
        this.hmac = new Hmac(key);
    }

    /// Formats a time for a reply, in UTC with nine fraction digits. Only its milliseconds are kept.
    public String text(Instant at) {
        String millis = Timestamps.text(at);
        return String.format(Locale.ROOT, "%s%06dZ", millis.substring(0, millis.length() - 1), digits(at));
    }

    /// Whether `at` is a timestamp of this realm's replies.
    public boolean isOne(@Nullable Instant at) {
        return at != null && at.get(ChronoField.NANO_OF_SECOND) % NANOS_PER_MILLI == digits(at);
    }

    private int digits(Instant at) {
        byte[] millis = ByteBuffer.allocate(8).putLong(at.toEpochMilli()).array();
        long drawn = ByteBuffer.wrap(hmac.of(millis)).getLong();
        int one = (int) Long.remainderUnsigned(drawn, 1000L * MAX_MILLIS);
        return one / MAX_MILLIS * 1000 + one % MAX_MILLIS + 1;
    }
}
