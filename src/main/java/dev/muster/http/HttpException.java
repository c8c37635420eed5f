package dev.muster.http;

/// Thrown to answer a request with a [Fault] in the words of its face. Handlers may throw it too.
public final class HttpException extends RuntimeException {

    private final transient Fault fault;

    public HttpException(Fault fault) {
        // Not a bug: nobody reads its stack, so none is taken.
        super(fault.text(), null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
