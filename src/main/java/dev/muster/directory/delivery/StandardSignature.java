package dev.muster.directory.delivery;

import dev.muster.sealing.Hmac;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Signs messages as specified by Standard Webhooks 1.0. The signature is the HMAC-SHA256, in Base64, of the id, the
/// time and the body, joined by dots. Thread-safe.
final class StandardSignature {
    /// The prefix of a secret. The rest is Base64.
    static final String PREFIX = "whsec_";

    private static final String VERSION = "v1,";

    private final List<Hmac> keys = new ArrayList<>();
    private final List<Hmac> texts = new ArrayList<>();

    /// @param previous an additional secret that signs until receivers have switched to `secret`; null if there is
    ///     none
    /// @throws IllegalArgumentException if a secret is not `whsec_` followed by Base64
    StandardSignature(String secret, @Nullable String previous) {
        add(secret);
        if (previous != null) {
            add(previous);
        }
    }

    private void add(String secret) {
        keys.add(key(secret));
        texts.add(new Hmac(secret.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Hmac key(String secret) {
        if (!secret.startsWith(PREFIX)) {
            throw new IllegalArgumentException("not a secret of a webhook");
        }
        return new Hmac(Base64.getDecoder().decode(secret.substring(PREFIX.length())));
    }

    /// The value of the header `webhook-signature`: one signature for each secret, separated by spaces.
    String of(String id, Instant at, byte[] body) {
        byte[] start = (id + "." + at.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8);
        StringBuilder signatures = new StringBuilder();
        for (Hmac key : keys) {
            signatures
                    .append(signatures.isEmpty() ? "" : " ")
                    .append(VERSION)
                    .append(Base64.getEncoder().encodeToString(key.of(start, body)));
        }
        return signatures.toString();
    }

    /// The value of the header `Muster-Signature-256`, for receivers that can check only an HMAC of the body: one
    /// HMAC for each secret, separated by commas. The key is the secret as a string, including its prefix.
    String ofBody(byte[] body) {
        StringBuilder signatures = new StringBuilder();
        for (Hmac text : texts) {
            signatures
                    .append(signatures.isEmpty() ? "" : ",")
                    .append("sha256=")
                    .append(HexFormat.of().formatHex(text.of(body)));
        }
        return signatures.toString();
    }
}
