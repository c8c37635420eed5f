package dev.muster.security.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class LinkTextTest {
    private static final Instant UNTIL = Instant.parse("2026-11-21T17:01:02.123Z");
    private static final UUID KEY = UUID.fromString("1a123288-24e8-4c6d-a847-501bab184f5a");

    private final LinkText links = new LinkText(new byte[32]);
    private final String link = links.make("image:job-1", KEY, UNTIL);

    @Test
    void opensWhatItWasMadeForUntilItsEnd() {
        assertThat(links.opens(link, "image:job-1", UNTIL.minusNanos(1))).contains(KEY);
        assertThat(links.opens(link, "image:job-1", UNTIL)).isEmpty();
        assertThat(links.opens(link, "image:job-2", UNTIL.minusSeconds(1))).isEmpty();
    }

    @Test
    void opensNothingInAnotherRealm() {
        byte[] another = new byte[32];
        another[31] = 1;
        assertThat(new LinkText(another).opens(link, "image:job-1", UNTIL.minusSeconds(1)))
                .isEmpty();
    }

    @Test
    void opensNothingWithOneOtherCharacter() {
        // The last character is left out, because two of its bits are unused.
        for (int i = 0; i < link.length() - 1; i++) {
            String changed = link.substring(0, i) + (link.charAt(i) == 'A' ? 'B' : 'A') + link.substring(i + 1);
            assertThat(links.opens(changed, "image:job-1", UNTIL.minusSeconds(1)))
                    .as(changed)
                    .isEmpty();
        }
        for (String other : new String[] {"", "A", "%", link + "AAAA", link.substring(4)}) {
            assertThat(links.opens(other, "image:job-1", UNTIL.minusSeconds(1))).isEmpty();
        }
    }
}
