package dev.muster.sealing;

/// Thrown if a key is not available: its file is missing, readable by others or malformed, or the master key that wraps
/// a realm's key is not loaded. The message is one line for the operator and never contains any part of a key.
public final class KeyUnavailableException extends RuntimeException {
    KeyUnavailableException(String message) {
        super(message);
    }

    KeyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
