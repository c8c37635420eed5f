package dev.muster.security.format;

import dev.muster.model.credential.ApiKey;
import dev.muster.sealing.Hmac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/// Signatures as Smile ID's clients make them: the Base64 of HMAC-SHA256 (RFC 2104) over timestamp, partner id and
/// `sid_request`, with the text of a key's secret as its key.
///
/// Checking always costs the same: as many are computed as a realm may have signing keys, and all are
/// compared in constant time.
public final class Signatures {
    /// How many keys of a realm may sign.
    public static final int KEYS = ApiKey.MOST_SIGNING;

    private static final String PURPOSE = "sid_request";

    private final List<String> dummies;
    private final LongAdder computed = new LongAdder();

    /// @param random a source fit for secrets
    public Signatures(RandomGenerator random) {
        // As long as a secret is.
        dummies = random.longs(KEYS)
                .mapToObj(drawn -> "mss_" + Long.toHexString(drawn | Long.MIN_VALUE) + "0".repeat(33))
                .toList();
    }

    /// Which of `secrets` made a signature; -1 when none did.
    ///
    /// @param secrets at most [#KEYS]
    /// @param timestamps one of which was signed
    public int whose(List<String> secrets, List<String> timestamps, String partnerId, String signature) {
        if (secrets.size() > KEYS) {
            throw new IllegalArgumentException("more keys than may sign: " + secrets.size());
        }
        byte[] presented = utf8(signature);
        int found = -1;
        for (int i = 0; i < KEYS; i++) {
            boolean real = i < secrets.size();
            String secret = real ? secrets.get(i) : dummies.get(i);
            for (String timestamp : timestamps) {
                boolean matches = MessageDigest.isEqual(presented, utf8(of(secret, timestamp, partnerId)));
                found = matches && real ? i : found;
            }
        }
        return found;
    }

    /// The signature that a secret makes.
    public String of(String secret, String timestamp, String partnerId) {
        computed.increment();
        return Base64.getEncoder().encodeToString(new Hmac(utf8(secret)).of(utf8(timestamp + partnerId + PURPOSE)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// How many were computed, for tests.
    public long computed() {
        return computed.sum();
    }
}
