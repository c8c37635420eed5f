package dev.muster.sealing;

/// A sealed value does not open: it was altered, cut, or moved from another context or key. The causes cannot be
/// told apart, on purpose.
///
/// It is unchecked because no rule can handle it: the request is answered 500 and logged, while `journal verify`
/// catches it and names the entry. The message names the context and never contains any of the content.
public final class TamperedException extends RuntimeException {
    TamperedException(String message) {
        super(message);
    }
}
