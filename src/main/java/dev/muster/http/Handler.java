package dev.muster.http;

/// Answers the requests of one route. Runs on the virtual thread of the connection, so it may block.
@FunctionalInterface
public interface Handler {

    /// Answers one request. The dialect's own refusals are ordinary replies.
    ///
    /// @throws HttpException to reply with a [Fault], rendered by the API
    /// @throws Exception on a bug, which is logged with the request's id and answered as [Fault.Internal]
    Reply handle(Request request) throws Exception;
}
