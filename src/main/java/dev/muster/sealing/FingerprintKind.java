package dev.muster.sealing;

import java.nio.charset.StandardCharsets;

/// What a keyed fingerprint is of. Equal texts of different kinds have unrelated fingerprints.
///
/// A label is part of every stored fingerprint: it is never changed, and none is the beginning of another.
public enum FingerprintKind {
    /// A folded e-mail address.
    EMAIL("email:"),
    /// An external id, normalised as it is stored.
    EXTERNAL_ID("externalId:"),
    /// A folded username.
    USERNAME("username:"),
    /// A card number.
    CARD("card:");

    private final String label;

    FingerprintKind(String label) {
        this.label = label;
    }

    byte[] label() {
        return label.getBytes(StandardCharsets.US_ASCII);
    }
}
