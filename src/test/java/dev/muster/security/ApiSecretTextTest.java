package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ApiSecretTextTest {
    @Property(tries = 300)
    void readsWhatItMade(@ForAll @Size(32) byte[] secret) {
        ApiSecretText made = ApiSecretText.make(secret);
        ApiSecretText read = ApiSecretText.parse(made.text()).orElseThrow();
        assertThat(read.text()).isEqualTo(made.text()).startsWith("mss_").hasSize(53);
        assertThat(read.matches(made)).isTrue();
        secret[0] ^= 1;
        assertThat(read.matches(ApiSecretText.make(secret))).isFalse();
    }

    @Test
    void refusesEveryFlippedBitAndEveryCut() {
        String text = ApiSecretText.make(new byte[32]).text();
        for (int i = 0; i < text.length(); i++) {
            for (int bit = 0; bit < 16; bit++) {
                StringBuilder flipped = new StringBuilder(text);
                flipped.setCharAt(i, (char) (text.charAt(i) ^ 1 << bit));
                assertThat(ApiSecretText.parse(flipped.toString())).isEmpty();
            }
            assertThat(ApiSecretText.parse(text.substring(0, i))).isEmpty();
        }
        assertThat(ApiSecretText.parse(text + "0")).isEmpty();
    }

    @Test
    void doesNotPrintItsSecret() {
        assertThat(ApiSecretText.make(new byte[32])).hasToString("mss_…");
    }
}
