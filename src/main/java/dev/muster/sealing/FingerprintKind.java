package dev.muster.sealing;

import java.nio.charset.StandardCharsets;

/// The kind of text that a keyed fingerprint is made of. Equal texts of different kinds have unrelated
/// fingerprints.
///
/// A label is part of every stored fingerprint: it never changes, and none is a prefix of another.
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
