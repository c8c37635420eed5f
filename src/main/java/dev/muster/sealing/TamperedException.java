package dev.muster.sealing;

/// A sealed value cannot be unsealed: it was altered, truncated, or moved from another context or key. The
/// causes are deliberately indistinguishable.
///
/// Unchecked because no rule can handle it: the request is answered with 500 and logged, while `journal
/// verify` catches it and reports the entry. The message contains the context but never any of the content.
public final class TamperedException extends RuntimeException {
    TamperedException(String message) {
        super(message);
    }
}
