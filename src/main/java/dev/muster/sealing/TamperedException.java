package dev.muster.sealing;

/// A sealed value does not open: it was altered, cut, or moved here from another place or key. The causes
/// cannot be told apart, on purpose.
///
/// It is unchecked because no rule has an answer to it: a request that meets it is answered 500 and logged,
/// while `journal verify` catches it and names the entry. The message names the place and never holds any of
/// the content.
public final class TamperedException extends RuntimeException {
    TamperedException(String message) {
        super(message);
    }
}
