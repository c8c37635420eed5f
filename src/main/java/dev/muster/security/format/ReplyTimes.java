package dev.muster.security.format;

import dev.muster.model.value.Timestamps;
import dev.muster.sealing.Hmac;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The times on the server's own signatures in one realm. Replies are signed like requests, so one could be
/// sent back as a request. Therefore the last six of the nine fraction digits are a keyed function of the
/// realm and the millisecond, and a request with such a time is refused.
///
/// The nine digits never end in 000, so a client in Java that reads the time as an `Instant` and writes it again
/// gets the same text. A client's own nanoseconds look like a reply's once in a million.
public final class ReplyTimes {
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int LAST_THREE = 999;

    private final Hmac hmac;

    /// @param key 32 bytes of the realm, the same on every server
    public ReplyTimes(byte[] key) {
        this.hmac = new Hmac(key);
    }

    /// The millisecond of `at` as a reply has it: in UTC with nine fraction digits.
    public String text(Instant at) {
        String millis = Timestamps.text(at);
        return String.format(Locale.ROOT, "%s%06dZ", millis.substring(0, millis.length() - 1), digits(at));
    }

    /// Whether `at` is a time of this realm's replies.
    public boolean isOne(@Nullable Instant at) {
        return at != null && at.get(ChronoField.NANO_OF_SECOND) % NANOS_PER_MILLI == digits(at);
    }

    private int digits(Instant at) {
        byte[] millis = ByteBuffer.allocate(8).putLong(at.toEpochMilli()).array();
        long drawn = ByteBuffer.wrap(hmac.of(millis)).getLong();
        int one = (int) Long.remainderUnsigned(drawn, 1000L * LAST_THREE);
        return one / LAST_THREE * 1000 + one % LAST_THREE + 1;
    }
}
