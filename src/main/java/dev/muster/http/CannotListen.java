package dev.muster.http;

/// Thrown when a server cannot start. The message is one line for the person starting it.
public final class CannotListen extends RuntimeException {

    public CannotListen(String message, Throwable cause) {
        super(message, cause);
    }

    public CannotListen(String message) {
        super(message);
    }
}
