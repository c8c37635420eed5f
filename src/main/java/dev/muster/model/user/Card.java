package dev.muster.model.user;

import org.jspecify.annotations.Nullable;

/// A smart card held by a user.
///
/// @param number 1 to 32 digits, stored as text because leading zeros matter
public record Card(String number, @Nullable String label) {
    /// Replaces a user's cards if they cannot be read. It has no number, so it matches no real card.
    public static final Card UNREADABLE = new Card("", "unreadable");
}
