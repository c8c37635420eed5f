package dev.muster.directory.cells;

/// A change of the cells that was refused. The message is one line for the operator.
public final class CellException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CellException(String message) {
        super(message);
    }
}
