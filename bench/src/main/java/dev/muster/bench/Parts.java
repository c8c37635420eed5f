package dev.muster.bench;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// Reports progress, how long each part took, and the share of processor time that other machines used.
final class Parts {
    /// @param stolen the share of processor time used by other virtual machines on the same host, from 0 to 1
    record Took(double seconds, double stolen) {
        /// Returns the total of two consecutive parts.
        Took and(Took other) {
            double sum = seconds + other.seconds;
            return new Took(sum, sum == 0 ? 0 : (seconds * stolen + other.seconds * other.stolen) / sum);
        }

        @Override
        public String toString() {
            return Spread.digits(seconds) + " s, " + stolenPercent() + " stolen";
        }

        String stolenPercent() {
            return Math.round(100 * stolen) + " %";
        }
    }

    private final PrintStream out;
    private final Watch whole = new Watch();
    private final SequencedMap<String, Took> took = new LinkedHashMap<>();

    Parts(PrintStream out) {
        this.out = out;
    }

    void say(String line) {
        out.println(line);
    }

    <T> T time(String title, Supplier<T> part) {
        say(title);
        Watch watch = new Watch();
        try {
            return part.get();
        } finally {
            Took now = watch.took();
            took.merge(title, now, Took::and);
            say("  took " + now);
        }
    }

    void time(String title, Runnable part) {
        time(title, () -> {
            part.run();
            return true;
        });
    }

    SequencedMap<String, Took> took() {
        return took;
    }

    Took whole() {
        return whole.took();
    }

    private static final class Watch {
        private final long began = System.nanoTime();
        private final Processors before = Processors.now();

        Took took() {
            return new Took((System.nanoTime() - began) / 1e9, Processors.now().stolenSince(before));
        }
    }
}
