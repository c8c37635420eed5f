package dev.muster.http;

/// A server could not start. Its message is one line for the person who starts it.
public final class CannotListen extends RuntimeException {

    CannotListen(String message, Throwable cause) {
        super(message, cause);
    }

    CannotListen(String message) {
        super(message);
    }
}
