package dev.muster.bench;

/// A failed measurement, with the reason as a sentence. The report shows the reason, and the run exits with 1.
final class Failed extends RuntimeException {
    Failed(String why) {
        super(why);
    }

    Failed(String why, Throwable cause) {
        super(why, cause);
    }
}
