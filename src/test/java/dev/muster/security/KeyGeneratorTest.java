package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.tenant.Environment;
import dev.muster.security.format.ApiKeyText;
import dev.muster.security.format.Base62;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

final class KeyGeneratorTest {
    private final KeyGenerator.GeneratedKey minted = new KeyGenerator(new SecureRandom()).generate(7, Environment.TEST);

    @Test
    void aKeysTextNamesItsRealmAndItsId() {
        ApiKeyText text = ApiKeyText.parse(minted.apiKey()).orElseThrow();
        assertThat(text.realm()).isEqualTo(7);
        assertThat(text.keyId()).isEqualTo(minted.id());
        assertThat(text.hash()).isEqualTo(minted.textHash());
        assertThat(minted.id().version()).isEqualTo(4);
    }

    @Test
    void aSecretIsSpelledAsDocumented() {
        assertThat(minted.apiSecret()).matches("mss_[0-9A-Za-z]{49}");
        byte[] text = minted.apiSecret().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Base62.endsInChecksum(text, "mss_".length())).isTrue();
        text[10] ^= 1;
        assertThat(Base62.endsInChecksum(text, "mss_".length())).isFalse();
    }

    @Test
    void doesNotPrintTheTexts() {
        assertThat(minted).hasToString("GeneratedKey[" + minted.id() + "]");
    }
}
