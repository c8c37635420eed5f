package dev.muster.bench;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// Tells what is going on, and how long each part took.
final class Parts {
    private final PrintStream out;
    private final long began = System.nanoTime();
    private final SequencedMap<String, Double> seconds = new LinkedHashMap<>();

    Parts(PrintStream out) {
        this.out = out;
    }

    void say(String line) {
        out.println(line);
    }

    <T> T time(String title, Supplier<T> part) {
        say(title);
        long start = System.nanoTime();
        try {
            return part.get();
        } finally {
            double took = (System.nanoTime() - start) / 1e9;
            seconds.merge(title, took, Double::sum);
            say("  took " + Spread.digits(took) + " s");
        }
    }

    void time(String title, Runnable part) {
        time(title, () -> {
            part.run();
            return true;
        });
    }

    SequencedMap<String, Double> seconds() {
        return seconds;
    }

    double totalSeconds() {
        return (System.nanoTime() - began) / 1e9;
    }
}
