package dev.muster.security.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SignaturesTest {
    private static final String TIME = "2023-02-13T15:07:42.214Z";
    private static final String MADE = "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74=";

    private final Signatures signatures = new Signatures(new Random(1));

    /// Uses the test vector of the vendor's documentation.
    @Test
    void matchesTheTestVector() {
        assertThat(signatures.of("apiKey", TIME, "partner")).isEqualTo(MADE);
        assertThat(signatures.indexOfSigner(List.of("apiKey"), List.of(TIME), "partner", MADE))
                .isZero();
    }

    @Test
    void isFoundWhicheverOfTheKeysMadeIt() {
        List<String> secrets = List.of("a", "b", "c", "d", "e", "f", "g", "h");
        for (int i = 0; i < secrets.size(); i++) {
            String made = signatures.of(secrets.get(i), TIME, "partner");
            assertThat(signatures.indexOfSigner(secrets, List.of(TIME), "partner", made))
                    .isEqualTo(i);
            assertThat(signatures.indexOfSigner(secrets, List.of("other", TIME), "partner", made))
                    .isEqualTo(i);
        }
    }

    @Test
    void doesNotMatchIfOneByteDiffers() {
        List<String> secrets = List.of("apiKey");
        for (int i = 0; i < MADE.length(); i++) {
            String changed = MADE.substring(0, i) + (MADE.charAt(i) == 'A' ? 'B' : 'A') + MADE.substring(i + 1);
            assertThat(signatures.indexOfSigner(secrets, List.of(TIME), "partner", changed))
                    .isEqualTo(-1);
        }
        for (String other : List.of(
                "",
                MADE.replace("=", ""),
                MADE + "=",
                MADE + " ",
                MADE.replace('7', '8'),
                MADE.toUpperCase(Locale.ROOT))) {
            assertThat(signatures.indexOfSigner(secrets, List.of(TIME), "partner", other))
                    .isEqualTo(-1);
        }
        assertThat(signatures.indexOfSigner(secrets, List.of(TIME + " "), "partner", MADE))
                .isEqualTo(-1);
        assertThat(signatures.indexOfSigner(secrets, List.of(TIME), "partnerX", MADE))
                .isEqualTo(-1);
        assertThat(signatures.indexOfSigner(secrets, List.of(TIME + "p"), "artner", MADE))
                .as("the border between the parts is not signed, but a shifted one is another request")
                .isZero();
    }

    /// A signature made with a dummy secret belongs to no key.
    @Test
    void signaturesOfDummySecretsMatchNoKey() {
        for (long i = 0; i < 8; i++) {
            String dummy = "mss_" + Long.toHexString(new Random(1).longs(8).toArray()[(int) i] | Long.MIN_VALUE)
                    + "0".repeat(33);
            String made = signatures.of(dummy, TIME, "partner");
            assertThat(signatures.indexOfSigner(List.of(), List.of(TIME), "partner", made))
                    .isEqualTo(-1);
        }
    }

    @Test
    void isTheSameWorkForAnyNumberOfKeys() {
        for (int keys = 0; keys <= Signatures.KEYS; keys++) {
            long before = signatures.computed();
            signatures.indexOfSigner(
                    Collections.nCopies(keys, "apiKey"), List.of(TIME), "partner", keys % 2 == 0 ? MADE : "");
            assertThat(signatures.computed() - before).isEqualTo(8);
            signatures.indexOfSigner(Collections.nCopies(keys, "apiKey"), List.of("1", TIME), "partner", MADE);
            assertThat(signatures.computed() - before).isEqualTo(24);
        }
    }

    @Test
    void moreKeysThanMaySignAreNotChecked() {
        assertThatThrownBy(() ->
                        signatures.indexOfSigner(Collections.nCopies(9, "apiKey"), List.of(TIME), "partner", MADE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
