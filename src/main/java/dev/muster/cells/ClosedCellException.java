package dev.muster.cells;

/// A cell that cannot be opened. The message is one line without secrets.
public final class ClosedCellException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ClosedCellException(String message, Throwable cause) {
        super(message, cause);
    }

    public ClosedCellException(String message) {
        super(message);
    }
}
