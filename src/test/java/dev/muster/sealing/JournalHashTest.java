package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class JournalHashTest {
    private final JournalHash hash = new JournalHash();

    /// The result must equal that of `{ printf muster; printf '\0\0\0\0\0\0\0\7'; } | sha256sum`.
    @Test
    void beginsWithTheRealm() throws Exception {
        byte[] input = HexFormat.of().parseHex("6d7573746572" + "0000000000000007");
        assertThat(hash.origin(7))
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(input))
                .isNotEqualTo(hash.origin(8));
    }

    @Test
    void chainsEntries() throws Exception {
        byte[] entry = "an entry".getBytes(StandardCharsets.UTF_8);
        byte[] input = HexFormat.of()
                .parseHex(HexFormat.of().formatHex(hash.origin(7))
                        + HexFormat.of().formatHex(entry));
        byte[] first = hash.next(hash.origin(7), entry);
        assertThat(first).isEqualTo(MessageDigest.getInstance("SHA-256").digest(input));
        assertThat(hash.next(first, entry)).isNotEqualTo(first).isEqualTo(new JournalHash().next(first, entry));
    }

    @Test
    void aPreviousHashHas32Bytes() {
        assertThatThrownBy(() -> hash.next(new byte[31], new byte[1])).isInstanceOf(IllegalArgumentException.class);
    }
}
