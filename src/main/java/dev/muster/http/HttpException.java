package dev.muster.http;

/// Aborts a request with a [Fault], which its API renders. Handlers may throw it too.
public final class HttpException extends RuntimeException {

    private final transient Fault fault;

    public HttpException(Fault fault) {
        // A fault is not a bug, so it needs no stack trace.
        super(fault.text(), null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
