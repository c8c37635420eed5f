package dev.muster.api.rest;

import dev.muster.http.Fault;

/// Aborts a handler with an error in the engine's words, about something that this API reads by itself. Unlike an
/// [dev.muster.http.HttpException] it leaves the connection open, since the request was read to its end.
final class FaultException extends RuntimeException {
    private final transient Fault fault;

    FaultException(Fault fault) {
        // An answer and no bug: its stack trace would be read by nobody.
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
