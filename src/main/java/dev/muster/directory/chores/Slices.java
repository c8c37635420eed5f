package dev.muster.directory.chores;

import dev.muster.storage.Database;
import dev.muster.storage.Reads;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads in short slices, each in a snapshot of its own, and pauses after each slice.
record Slices(Database database, Reconciliation.Pace pace) {
    <T extends @Nullable Object> T read(Function<Reads, T> work) {
        long began = System.nanoTime();
        T result = database.snapshot(work);
        pace.rest(System.nanoTime() - began);
        return result;
    }
}
