package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SealerTest {
    private static final UUID SUBJECT = UUID.fromString("0199a8a0-0000-7000-8000-00000000000a");
    private static final UUID OTHER = UUID.fromString("0199a8a0-0000-7000-8000-00000000000b");

    private final Sealer sealer = new Sealer();
    private final RealmKey realmKey = RealmKey.create(7, Fixed.randomness(1));
    private final SealingKey key = realmKey.person(Fixed.bytes(2, 32));
    private final SealingContext place = new SealingContext.JournalEntry(7, 42, SUBJECT);

    @Property(tries = 300)
    void unsealsItsOwnValues(@ForAll @Size(max = 2_000) byte[] plain) {
        byte[] sealed = sealer.seal(key, place, Fixed.randomness(3), plain);
        assertThat(sealed).hasSize(plain.length + Sealer.OVERHEAD_BYTES).startsWith(1);
        assertThat(sealer.open(key, place, sealed)).isEqualTo(plain);
        assertThat(new Sealer().open(key, place, sealed)).isEqualTo(plain);
    }

    @Test
    void refusesEveryFlippedBit() {
        byte[] sealed = sealer.seal(key, place, Fixed.randomness(3), text("Ada Lovelace"));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> sealer.open(key, place, flipped)).isInstanceOf(TamperedException.class);
        }
    }

    @Test
    void refusesEveryOtherLength() {
        byte[] sealed = sealer.seal(key, place, Fixed.randomness(3), text("Ada"));
        for (int length = 0; length < sealed.length + 40; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            if (length != sealed.length) {
                assertThatThrownBy(() -> sealer.open(key, place, cut)).isInstanceOf(TamperedException.class);
            }
        }
    }

    /// A value can be opened only in the context in which it was sealed. Each of these contexts differs from
    /// another in exactly one respect.
    @Test
    void opensAtItsOwnPlaceOnly() {
        List<SealingContext> places = List.of(
                new SealingContext.JournalEntry(7, 42, SUBJECT),
                new SealingContext.JournalEntry(8, 42, SUBJECT),
                new SealingContext.JournalEntry(7, 43, SUBJECT),
                new SealingContext.JournalEntry(7, 42, OTHER),
                new SealingContext.Column(7, SUBJECT, "cards"),
                new SealingContext.Column(8, SUBJECT, "cards"),
                new SealingContext.Column(7, OTHER, "cards"),
                new SealingContext.Column(7, SUBJECT, "card"),
                new SealingContext.Column(7, SUBJECT, ""),
                // This context has the same bytes as the first one, except for the kind.
                new SealingContext.Column(7, SUBJECT, "\0\0\0\0\0\0\0*"),
                new SealingContext.RealmRow(7, 42),
                new SealingContext.RealmRow(42, 7));
        assertThat(places).extracting(p -> List.of(Arrays.toString(p.bytes()))).doesNotHaveDuplicates();
        for (SealingContext here : places) {
            byte[] sealed = sealer.seal(key, here, Fixed.randomness(3), text("Ada"));
            for (SealingContext there : places) {
                if (here.equals(there)) {
                    assertThat(sealer.open(key, there, sealed)).isEqualTo(text("Ada"));
                } else {
                    assertThatThrownBy(() -> sealer.open(key, there, sealed)).isInstanceOf(TamperedException.class);
                }
            }
        }
    }

    @Test
    void opensUnderItsOwnKeyOnly() {
        byte[] sealed = sealer.seal(key, place, Fixed.randomness(3), text("Ada"));
        List<SealingKey> others = List.of(
                realmKey.person(Fixed.bytes(9, 32)),
                realmKey.own(),
                RealmKey.create(7, Fixed.randomness(9)).person(Fixed.bytes(2, 32)));
        for (SealingKey other : others) {
            assertThatThrownBy(() -> sealer.open(other, place, sealed)).isInstanceOf(TamperedException.class);
        }
    }

    /// Sealing the same content with the same randomness yields the same bytes. A lane relies on this when it runs
    /// a request again.
    @Test
    void givesTheSameBytesForTheSameRandomnessAndContent() {
        ReplayableRandom randomness = Fixed.randomness(3);
        byte[] first = sealer.seal(key, place, randomness, text("Ada"));
        randomness.restart();
        assertThat(sealer.seal(key, place, randomness, text("Ada"))).isEqualTo(first);
        randomness.restart();
        assertThat(new Sealer().seal(key, place, randomness, text("Ada"))).isEqualTo(first);
    }

    @Test
    void neverUsesANonceForTwoContentsOrPlaces() {
        byte[] one = sealer.seal(key, place, Fixed.randomness(3), text("at 10:00:00.001"));
        byte[] two = sealer.seal(key, place, Fixed.randomness(3), text("at 10:00:00.002"));
        byte[] elsewhere = sealer.seal(
                key, new SealingContext.JournalEntry(7, 43, SUBJECT), Fixed.randomness(3), text("at 10:00:00.001"));
        byte[] drawnAnew = sealer.seal(key, place, Fixed.randomness(4), text("at 10:00:00.001"));
        assertThat(List.of(one, two, elsewhere, drawnAnew))
                .extracting(value -> Arrays.toString(Arrays.copyOfRange(value, 1, 13)))
                .doesNotHaveDuplicates();
    }

    @Test
    void aRefusalNamesThePlaceAndNothingOfTheContent() {
        byte[] sealed = sealer.seal(key, place, Fixed.randomness(3), text("Ada"));
        sealed[20] ^= 1;
        assertThatThrownBy(() -> sealer.open(key, place, sealed))
                .hasMessageContaining("seq=42")
                .hasMessageContaining("realm=7")
                .hasNoCause();
    }

    /// The format is permanent, because sealed values must remain readable forever. Another program, written only
    /// from the documentation, produced the same bytes.
    @Test
    void theFormatStaysWhatItIs() {
        byte[] kept = HexFormat.of().parseHex("01265dd51a7aecec9e940b9d9827617f66fc586d09607aac230bc1803fcaac16");
        assertThat(sealer.open(key, place, kept)).isEqualTo(text("Ada"));
        assertThat(sealer.seal(key, place, Fixed.randomness(3), text("Ada"))).isEqualTo(kept);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
