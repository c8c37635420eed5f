package dev.muster.http;

/// Thrown when a server cannot start. The message is one line for the person starting it.
public final class ListenException extends RuntimeException {

    public ListenException(String message, Throwable cause) {
        super(message, cause);
    }

    public ListenException(String message) {
        super(message);
    }
}
