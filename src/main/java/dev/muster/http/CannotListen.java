package dev.muster.http;

/// A server could not start. Its message is one line for the person who starts it.
public final class CannotListen extends RuntimeException {

    public CannotListen(String message, Throwable cause) {
        super(message, cause);
    }

    public CannotListen(String message) {
        super(message);
    }
}
