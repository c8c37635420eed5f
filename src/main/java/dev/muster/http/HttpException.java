package dev.muster.http;

/// Thrown to answer a request with a [Fault] in the words of its API. Handlers may throw it too.
public final class HttpException extends RuntimeException {

    private final transient Fault fault;

    public HttpException(Fault fault) {
        // Not a bug, so it needs no stack trace.
        super(fault.text(), null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
