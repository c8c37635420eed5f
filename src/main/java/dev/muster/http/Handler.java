package dev.muster.http;

/// Answers the requests of one route. Runs on the virtual thread of the connection, so it may block.
@FunctionalInterface
public interface Handler {

    /// Answers one request. A refusal by the dialect is a reply like any other.
    ///
    /// @throws HttpException to be answered with a [Fault] in the words of the API
    /// @throws Exception a bug, which is logged with the request's id and answered as [Fault.Internal]
    Reply handle(Request request) throws Exception;
}
