package dev.muster.bench;

/// A measurement that is none, with a sentence that says why. Its row says so too, and the run ends with an exit code.
final class Failed extends RuntimeException {
    Failed(String why) {
        super(why);
    }

    Failed(String why, Throwable cause) {
        super(why, cause);
    }
}
