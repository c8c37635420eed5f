package dev.muster.config;

/// Thrown if the configuration is invalid. The message is one line for the administrator that names the
/// option or variable, and never contains a secret.
public final class ConfigurationException extends RuntimeException {
    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
