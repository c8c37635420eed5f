package dev.muster.http;

/// One header line of a reply.
///
/// @param value the value, in visible ASCII and spaces; any other character is a bug in the caller and throws
public record ReplyHeader(String name, String value) {
    public ReplyHeader {
        Reply.checkHeader(name, value);
    }
}
