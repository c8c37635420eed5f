package dev.muster.security.format;

import dev.muster.model.credential.ApiKey;
import dev.muster.sealing.Hmac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/// Signatures in Smile ID's format: the Base64 of HMAC-SHA256 (RFC 2104) over timestamp, partner id and
/// `sid_request`, keyed with the text of a key's secret.
///
/// A check always takes the same time: it computes as many signatures as a realm may have signing keys, and compares
/// each in constant time.
public final class Signatures {
    /// The maximum number of signing keys in a realm.
    public static final int KEYS = ApiKey.MAX_SIGNING;

    private static final String PURPOSE = "sid_request";

    private final List<String> dummies;
    private final LongAdder computed = new LongAdder();

    /// @param random a cryptographically secure source
    public Signatures(RandomGenerator random) {
        // A dummy is as long as a real secret.
        dummies = random.longs(KEYS)
                .mapToObj(drawn -> "mss_" + Long.toHexString(drawn | Long.MIN_VALUE) + "0".repeat(33))
                .toList();
    }

    /// The index of the secret that made the signature; -1 if none of them did.
    ///
    /// @param secrets the candidate secrets, at most [#KEYS]
    /// @param timestamps the forms of the timestamp that the client may have signed
    public int indexOfSigner(List<String> secrets, List<String> timestamps, String partnerId, String signature) {
        if (secrets.size() > KEYS) {
            throw new IllegalArgumentException("too many signing keys: " + secrets.size());
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

    /// Signs with a secret.
    public String of(String secret, String timestamp, String partnerId) {
        computed.increment();
        return Base64.getEncoder().encodeToString(new Hmac(utf8(secret)).of(utf8(timestamp + partnerId + PURPOSE)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The number of computed signatures, for tests.
    public long computed() {
        return computed.sum();
    }
}
