package dev.muster.http;

import java.time.Duration;
import java.util.List;

/// A refusal that depends on HTTP rather than on the dialect, made by the engine or thrown by a handler. The interface
/// is sealed, so that a new fault does not compile until it has a status and a message here, and a case in every
/// renderer that switches over faults.
public sealed interface Fault {

    /// No route has this path (404).
    record NoSuchPath() implements Fault {}

    /// The path exists, but not for this method (405). The reply carries `Allow`.
    ///
    /// @param method the requested method in upper case; `?` if it is longer than 32 characters or has
    ///     characters other than letters and `-`
    /// @param allowed the methods for `Allow`; includes HEAD if it includes GET
    record MethodNotAllowed(String method, List<String> allowed) implements Fault {}

    /// The request line, the headers, the path, the query or the chunking is malformed (400).
    ///
    /// @param detail a description of the error for the client; must not quote the request
    record Malformed(String detail) implements Fault {}

    /// The request line is too long (414).
    record UriTooLong() implements Fault {}

    /// All headers together are too long (431).
    record HeadersTooLarge() implements Fault {}

    /// The body exceeds the route's limit (413).
    record BodyTooLarge(long limitBytes) implements Fault {}

    /// The body has an unsupported content type, content coding or transfer coding (415).
    record UnsupportedCoding(String detail) implements Fault {}

    /// The body did not arrive in time (408). The connection is closed.
    record BodyTimedOut() implements Fault {}

    /// There were too many failed attempts from this address (429). The reply carries `Retry-After`.
    record TooManyAttempts(Duration retryAfter) implements Fault {}

    /// The server is at capacity or stopping (503). The request was not executed. The reply carries `Retry-After`.
    record Overloaded(Duration retryAfter) implements Fault {}

    /// A bug (500). The details are logged with the request's id and not sent.
    record Internal() implements Fault {}

    /// The HTTP status.
    default int status() {
        return switch (this) {
            case NoSuchPath _ -> 404;
            case MethodNotAllowed _ -> 405;
            case Malformed _ -> 400;
            case UriTooLong _ -> 414;
            case HeadersTooLarge _ -> 431;
            case BodyTooLarge _ -> 413;
            case UnsupportedCoding _ -> 415;
            case BodyTimedOut _ -> 408;
            case TooManyAttempts _ -> 429;
            case Overloaded _ -> 503;
            case Internal _ -> 500;
        };
    }

    /// A short message in English for clients. APIs with other wording replace it.
    default String text() {
        return switch (this) {
            case NoSuchPath _ -> "There is nothing at this path.";
            case MethodNotAllowed fault -> "The method " + fault.method() + " is not allowed here.";
            case Malformed fault -> fault.detail();
            case UriTooLong _ -> "The request line is too long.";
            case HeadersTooLarge _ -> "The request headers are too long.";
            case BodyTooLarge fault -> "The body is longer than " + fault.limitBytes() + " bytes.";
            case UnsupportedCoding fault -> fault.detail();
            case BodyTimedOut _ -> "The body did not arrive in time.";
            case TooManyAttempts _ -> "Too many failed attempts.";
            case Overloaded _ -> "The server is busy. The request was not executed.";
            case Internal _ -> "Something went wrong on our side.";
        };
    }
}
