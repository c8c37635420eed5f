package dev.muster.bench;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// All results of a run.
///
/// @param sqlite null if not measured, as are `postgres` and `keycloak`
/// @param judge whether figures are compared with targets: only at full size
/// @param scores results of the microbenchmarks, by name; empty if not run
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
    /// The peer's figures, empty without a peer.
    Samples peer() {
        return keycloak == null ? new Samples() : keycloak;
    }

    /// The number of failed measurements.
    int failures() {
        return failures(sqlite) + failures(postgres) + failures(keycloak);
    }

    private static int failures(@Nullable Samples samples) {
        return samples == null ? 0 : samples.failures().size();
    }
}
