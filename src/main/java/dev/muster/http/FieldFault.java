package dev.muster.http;

/// What is wrong with one field of a request.
///
/// @param field where it stands: `name`, `cards[0].number`; empty for the body as a whole
/// @param code one of the constants below, or a word of the caller's own
/// @param message one English sentence, without text of the request in it
public record FieldFault(String field, String code, String message) {

    /// It must be there.
    public static final String REQUIRED = "required";
    /// It is null, but must have a value.
    public static final String NULL = "null";
    /// It has another JSON type than it must have.
    public static final String TYPE = "type";
    /// Nobody knows it.
    public static final String UNKNOWN = "unknown";
    /// It holds U+0000 or half of a surrogate pair.
    public static final String CHARACTERS = "characters";
    /// It lies outside what is allowed.
    public static final String RANGE = "range";
}
