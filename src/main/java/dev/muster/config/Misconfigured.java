package dev.muster.config;

/// Thrown if the configuration is invalid. The message is one line for the administrator that names the
/// option or variable, and never contains a secret.
public final class Misconfigured extends RuntimeException {
    public Misconfigured(String message) {
        super(message);
    }

    public Misconfigured(String message, Throwable cause) {
        super(message, cause);
    }
}
