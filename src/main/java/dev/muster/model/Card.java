package dev.muster.model;

import org.jspecify.annotations.Nullable;

/// A smart card in a user's hands.
///
/// @param number 1 to 32 digits, kept as text since leading zeros count
public record Card(String number, @Nullable String label) {}
