package dev.muster.http;

import java.time.Duration;
import java.util.List;

/// What the engine refuses by itself, before or around a handler. A closed set: a new one does not compile until
/// every API has words for it.
public sealed interface Fault {

    /// No route has this path. 404.
    record NoSuchPath() implements Fault {}

    /// The path exists, but not for this method. 405, and the reply carries `Allow`.
    ///
    /// @param method as the client wrote it; letters and `-` only, else `?`
    /// @param allowed what `Allow` names, HEAD included where GET is
    record MethodNotAllowed(String method, List<String> allowed) implements Fault {}

    /// Malformed HTTP: request line, headers, path, query or chunking. 400.
    ///
    /// @param detail what is wrong, for the client; without text of the request
    record Malformed(String detail) implements Fault {}

    /// The request line is too long. 414.
    record UriTooLong() implements Fault {}

    /// The headers together are too long. 431.
    record HeadersTooLarge() implements Fault {}

    /// The body is longer than the route takes. 413.
    record BodyTooLarge(long limitBytes) implements Fault {}

    /// A coding of the body that is not supported. 415.
    record UnsupportedCoding(String detail) implements Fault {}

    /// The body did not come in time. 408, and the connection is closed.
    record BodyTimedOut() implements Fault {}

    /// Too many failed attempts from this address. 429, and the reply carries `Retry-After`.
    record TooManyAttempts(Duration retryAfter) implements Fault {}

    /// The server has no capacity for the request now, or is stopping; nothing was executed. 503, and the reply
    /// carries `Retry-After`.
    record Overloaded(Duration retryAfter) implements Fault {}

    /// A bug. Its details are in the log under the request's id, and not in the reply. 500.
    record Internal() implements Fault {}

    /// Its HTTP status.
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

    /// One plain English sentence, for APIs without words of their own.
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
