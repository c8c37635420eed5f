package dev.muster.sealing;

import java.nio.charset.StandardCharsets;

/// The kind of text that a keyed fingerprint is computed from. Equal strings of different kinds have unrelated
/// fingerprints.
///
/// The labels are part of all stored fingerprints: they must never change, and none may be a prefix of
/// another.
public enum FingerprintKind {
    /// A folded e-mail address.
    EMAIL("email:"),
    /// An external id in its stored, normalised form.
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
