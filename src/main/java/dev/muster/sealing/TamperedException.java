package dev.muster.sealing;

/// Thrown if a sealed value cannot be unsealed, because it was altered, truncated, or moved from another context or
/// key. These causes deliberately cannot be told apart.
///
/// It is unchecked, because no rule can handle it: the request is answered with 500 and logged, while `journal verify`
/// catches it and reports the entry. The message contains the context but never any of the content.
public final class TamperedException extends RuntimeException {
    TamperedException(String message) {
        super(message);
    }
}
