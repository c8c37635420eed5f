package dev.muster.model.user;

import org.jspecify.annotations.Nullable;

/// A smart card in a user's hands.
///
/// @param number 1 to 32 digits, kept as text since leading zeros count
public record Card(String number, @Nullable String label) {
    /// Stands for a user's cards when what is stored of them cannot be read. It has no number, so nobody is given it.
    public static final Card UNREADABLE = new Card("", "unreadable");
}
