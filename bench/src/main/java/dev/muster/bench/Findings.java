package dev.muster.bench;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// All results of a run.
///
/// @param sqlite the measurements on SQLite; null if there are none, as with `postgres` and `keycloak`
/// @param judge whether figures are compared with targets, as they are only at full size
/// @param scores the results of the microbenchmarks, by name; empty if these were not run
record Findings(
        SequencedMap<String, String> facts,
        List<Row> rows,
        @Nullable Samples sqlite,
        @Nullable Samples postgres,
        @Nullable Samples keycloak,
        boolean judge,
        SequencedMap<String, String> scores,
        SequencedMap<String, Parts.Took> parts,
        Parts.Took whole) {
    /// Returns the peer's figures; empty if the run had no peer.
    Samples peer() {
        return keycloak == null ? new Samples() : keycloak;
    }

    /// Returns the number of failed measurements.
    int failures() {
        return failures(sqlite) + failures(postgres) + failures(keycloak);
    }

    private static int failures(@Nullable Samples samples) {
        return samples == null ? 0 : samples.failures().size();
    }
}
