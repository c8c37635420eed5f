package dev.muster.model.user;

import dev.muster.model.value.Identifier;
import java.util.Arrays;
import java.util.HexFormat;

/// The keyed digest of something that must be recognised again without being kept: a barred identifier, a card
/// number. 16 bytes; two are equal when their bytes are.
public record Fingerprint(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint(var theirs) && Arrays.equals(bytes, theirs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }

    /// How a realm makes them, under a secret of its own.
    public interface Maker {
        /// Of a barred identifier.
        Fingerprint of(Identifier.Key identifier);

        /// Of a card's number.
        Fingerprint ofCard(String number);
    }
}
