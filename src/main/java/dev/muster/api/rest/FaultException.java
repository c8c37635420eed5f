package dev.muster.api.rest;

import dev.muster.http.Fault;

/// Aborts a handler with an engine fault for something that this API parses itself. Unlike
/// [dev.muster.http.HttpException], it keeps the connection open, because the request has been read completely.
final class FaultException extends RuntimeException {
    private final transient Fault fault;

    FaultException(Fault fault) {
        // A fault is not a bug, so it needs no stack trace.
        super(fault.text(), null, false, false);
        this.fault = fault;
    }

    static FaultException malformed(String detail) {
        return new FaultException(new Fault.Malformed(detail));
    }

    Fault fault() {
        return fault;
    }
}
