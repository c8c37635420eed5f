package dev.muster.bench;

import java.util.List;

/// A row of the table of targets.
///
/// @param id the name of the row for `--only`
/// @param unit the unit of the row's figures
/// @param samples the measurements that the row shows; the title describes the first
/// @param beside other measurements that are needed for comparison and must be taken in the same rounds
/// @param peer the corresponding measurements of the peer
record Row(
        String id,
        String title,
        Unit unit,
        List<String> samples,
        List<String> beside,
        List<String> peer,
        List<Check> onSqlite,
        List<Check> onPostgres) {
    /// The unit of a row's figures.
    enum Unit {
        PER_SECOND,
        P75_MILLIS,
        P99_MILLIS,
        MILLIS,
        MEGABYTES
    }

    List<Check> checks(boolean postgres) {
        return postgres ? onPostgres : onSqlite;
    }

    /// Returns the figures of one measurement.
    Spread figures(Samples found, String name) {
        return switch (unit) {
            case PER_SECOND -> found.rate(name);
            case P75_MILLIS -> found.p75(name);
            case P99_MILLIS -> found.p99(name);
            case MILLIS -> found.p50(name);
            case MEGABYTES -> found.spread(name, Sample::megabytes);
        };
    }

    String unitText() {
        return switch (unit) {
            case PER_SECOND -> "/s";
            case P75_MILLIS -> " ms p75";
            case P99_MILLIS -> " ms p99";
            case MILLIS -> " ms";
            case MEGABYTES -> " MB";
        };
    }
}
