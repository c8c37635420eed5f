package dev.muster.model.user;

import dev.muster.model.value.Identifier;
import java.util.Arrays;
import java.util.HexFormat;

/// The 16-byte keyed digest of something that must be recognised again without being stored, such as a barred
/// identifier or a card number.
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

    /// Computes a realm's fingerprints with a secret of that realm.
    public interface Maker {
        /// Computes the fingerprint of an identifier.
        Fingerprint of(Identifier.Key identifier);

        /// Computes the fingerprint of a card number.
        Fingerprint ofCard(String number);
    }
}
