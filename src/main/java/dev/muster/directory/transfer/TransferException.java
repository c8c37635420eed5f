package dev.muster.directory.transfer;

/// An export or import that was refused. The message is one line for the operator.
public final class TransferException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TransferException(String message) {
        super(message);
    }
}
