package dev.muster.bench;

import tools.jackson.databind.JsonNode;

/// What wrk measured for a load whose responses were all successful.
///
/// @param requests the number of responses
record Load(long requests, double seconds, double p50Millis, double p99Millis, double maxMillis) {
    /// Parses the line that `report.lua` writes.
    ///
    /// @throws Failed if a response was an error or is missing
    static Load of(String what, JsonNode line) {
        long requests = line.get("requests").asLong();
        long refused = line.get("status").asLong();
        long lost = line.get("connect").asLong()
                + line.get("read").asLong()
                + line.get("write").asLong()
                + line.get("timeout").asLong();
        if (refused > 0 || lost > 0) {
            throw new Failed(
                    "%s: of %,d answers %,d were no success, and %,d requests had no answer (connect %d, read %d, write %d, timeout %d)"
                            .formatted(
                                    what,
                                    requests,
                                    refused,
                                    lost,
                                    line.get("connect").asLong(),
                                    line.get("read").asLong(),
                                    line.get("write").asLong(),
                                    line.get("timeout").asLong()));
        }
        if (requests == 0) {
            throw new Failed(what + ": nothing was answered");
        }
        return new Load(
                requests,
                line.get("micros").asLong() / 1e6,
                line.get("p50").asLong() / 1e3,
                line.get("p99").asLong() / 1e3,
                line.get("max").asLong() / 1e3);
    }
}
