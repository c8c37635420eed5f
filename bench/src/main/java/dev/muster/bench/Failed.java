package dev.muster.bench;

/// A failed measurement, with the reason as a sentence. Its row shows the reason, and the run ends with an
/// exit code.
final class Failed extends RuntimeException {
    Failed(String why) {
        super(why);
    }

    Failed(String why, Throwable cause) {
        super(why, cause);
    }
}
