package dev.muster.bench;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Everything that a run has found, to be written down.
///
/// @param sqlite null when not measured, as the others
/// @param judge whether figures are compared with targets: only at full size
/// @param scores of the benchmarks of small pieces, by name; empty when not run
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
    /// The peer's figures; none without a peer.
    Samples peer() {
        return keycloak == null ? new Samples() : keycloak;
    }

    /// How many measurements failed.
    int failures() {
        return failures(sqlite) + failures(postgres) + failures(keycloak);
    }

    private static int failures(@Nullable Samples samples) {
        return samples == null ? 0 : samples.failures().size();
    }
}
