package dev.muster.model.user;

import org.jspecify.annotations.Nullable;

/// A smart card held by a user.
///
/// @param number the card number, 1 to 32 digits; a string because leading zeros are significant
public record Card(String number, @Nullable String label) {
    /// Used in place of a user's cards if they cannot be read. It has no number, so it matches no real card.
    public static final Card UNREADABLE = new Card("", "unreadable");
}
