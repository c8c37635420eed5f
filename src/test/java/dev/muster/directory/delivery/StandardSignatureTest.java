package dev.muster.directory.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Tests signatures according to Standard Webhooks 1.0.
final class StandardSignatureTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
    private static final String SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    /// Uses the test vector of the libraries that belong to the specification.
    @Test
    void matchesTheSpecification() {
        assertThat(new StandardSignature(SECRET, null).of("msg_p5jXN8AQM9LWM0D4loKWxJek", AT, BODY))
                .isEqualTo(SIGNED);
    }

    @Test
    void duringARotationBothSecretsSign() {
        String other = "whsec_" + "A".repeat(32);
        assertThat(new StandardSignature(other, SECRET).of("msg_p5jXN8AQM9LWM0D4loKWxJek", AT, BODY))
                .matches("v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=")
                .endsWith(" " + SIGNED);
    }

    /// The expected value was computed with `openssl dgst -sha256 -hmac`.
    @Test
    void theBodyAloneIsSignedUnderTheTextOfTheSecret() {
        String signed = "sha256=80ec8a89ce3cd22133a1066caecb4d04fea7467657c8514d717ec42c38a5c94c";
        assertThat(new StandardSignature(SECRET, null).ofBody(BODY)).isEqualTo(signed);
        assertThat(new StandardSignature("whsec_" + "A".repeat(32), SECRET).ofBody(BODY))
                .matches("sha256=[0-9a-f]{64},sha256=[0-9a-f]{64}")
                .endsWith("," + signed);
    }

    @Test
    void otherSecretsAreRefused() {
        assertThatThrownBy(() -> new StandardSignature("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
