package dev.muster.http;

/// Answers the requests of one route, on a virtual thread of the connection: it may block.
@FunctionalInterface
public interface Handler {

    /// Answers one request.
    ///
    /// @return the reply; what the dialect refuses is a reply like any other
    /// @throws HttpException to have the face word a [Fault]
    /// @throws Exception anything else is a bug: it is logged with the request's id and answered as
    ///     [Fault.Internal]
    Reply handle(Request request) throws Exception;
}
