package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReplayableRandomTest {
    @Test
    void isSha256OfSeedAndCounter() throws Exception {
        byte[] seed = Fixed.bytes(5, 32);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] first = digest.digest(Arrays.copyOf(seed, 40));
        byte[] input = Arrays.copyOf(seed, 40);
        input[39] = 1;
        byte[] second = digest.digest(input);
        byte[] stream = new ReplayableRandom(seed).next(64);
        assertThat(Arrays.copyOf(stream, 32)).isEqualTo(first);
        assertThat(Arrays.copyOfRange(stream, 32, 64)).isEqualTo(second);
    }

    @Property(tries = 200)
    void isOneStreamHoweverItIsTaken(@ForAll @Size(max = 20) List<@IntRange(max = 100) Integer> lengths) {
        int total = lengths.stream().mapToInt(Integer::intValue).sum();
        byte[] whole = Fixed.randomness(5).next(total);
        ReplayableRandom randomness = Fixed.randomness(5);
        for (int run = 0; run < 2; run++) {
            int at = 0;
            for (int length : lengths) {
                assertThat(randomness.next(length)).isEqualTo(Arrays.copyOfRange(whole, at, at + length));
                at += length;
            }
            randomness.restart();
        }
    }

    @Property(tries = 500)
    void aUuidOfVersion7HoldsItsTimeAndItsMarks(
            @ForAll @LongRange(max = (1L << 48) - 1) long epochMillis, @ForAll @Size(32) byte[] seed) {
        UUID id = new ReplayableRandom(seed).uuidV7(epochMillis);
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(epochMillis);
        assertThat(new ReplayableRandom(seed).uuidV7(epochMillis)).isEqualTo(id);
    }

    /// Compares the non-random bits with the example in RFC 9562, appendix A.6.
    @Test
    void aUuidOfVersion7LooksAsInRfc9562() {
        assertThat(Fixed.randomness(5).uuidV7(0x017F22E279B0L).toString())
                .matches("017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }

    @Test
    void idsDifferWithinAMillisecond() {
        ReplayableRandom randomness = Fixed.randomness(5);
        assertThat(List.of(randomness.uuidV7(1), randomness.uuidV7(1), randomness.uuidV7(1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void drawsItsSeedImmediately() {
        ReplayableRandom source = Fixed.randomness(6);
        ReplayableRandom drawn = ReplayableRandom.draw(source);
        assertThat(drawn.next(40))
                .isEqualTo(new ReplayableRandom(Fixed.randomness(6).next(32)).next(40));
        assertThat(source.next(8))
                .isEqualTo(Arrays.copyOfRange(Fixed.randomness(6).next(40), 32, 40));
    }

    @Test
    void aTimeHas48Bits() {
        assertThatThrownBy(() -> Fixed.randomness(5).uuidV7(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fixed.randomness(5).uuidV7(1L << 48)).isInstanceOf(IllegalArgumentException.class);
    }
}
