package dev.muster.sealing;

/// A key cannot be had: its file is missing, open to others or not what it should be, or the master key that
/// wrapped a realm's key is not loaded. The message is one line, fit to be printed as it is, and never holds
/// any part of a key.
public final class KeyUnavailableException extends RuntimeException {
    KeyUnavailableException(String message) {
        super(message);
    }

    KeyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
