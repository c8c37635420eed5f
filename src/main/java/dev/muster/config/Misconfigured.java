package dev.muster.config;

/// The configuration cannot be used. The message is one line for the person who configured it: it names the option
/// or variable, and never repeats a secret.
public final class Misconfigured extends RuntimeException {
    public Misconfigured(String message) {
        super(message);
    }

    public Misconfigured(String message, Throwable cause) {
        super(message, cause);
    }
}
