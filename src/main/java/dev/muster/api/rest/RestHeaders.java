package dev.muster.api.rest;

import dev.muster.api.WriteHeaders;
import dev.muster.http.Method;
import dev.muster.http.Request;
import dev.muster.model.value.FieldError;

/// Reads the headers of writes.
final class RestHeaders {
    private RestHeaders() {}

    /// The headers of a write; a read has none.
    ///
    /// @throws FaultException if a header is invalid
    static WriteHeaders of(Request request) {
        WriteHeaders headers = request.method() == Method.GET ? WriteHeaders.NONE : WriteHeaders.of(request);
        if (headers.faults().isEmpty()) {
            return headers;
        }
        FieldError fault = headers.faults().getFirst();
        throw FaultException.malformed(
                fault.field().equals(WriteHeaders.IF_MATCH)
                        ? "If-Match must be entity tags such as \"7\", or *."
                        : fault.field() + " must" + fault.message().substring("Must".length()));
    }
}
