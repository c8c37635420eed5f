package dev.muster.bench;

import java.util.List;

/// A row of the table of targets.
///
/// @param id what `--only` calls it
/// @param samples the measurements that it shows; the first is the one of its title
/// @param beside others that must be taken in the same rounds, to compare with
/// @param peer the peer's measurements beside it
/// @param unit what its figures are
record Row(
        String id,
        String title,
        Unit unit,
        List<String> samples,
        List<String> beside,
        List<String> peer,
        List<Check> onSqlite,
        List<Check> onPostgres) {
    /// What the figures of a row are.
    enum Unit {
        PER_SECOND,
        P99_MILLIS,
        MILLIS,
        MEGABYTES
    }

    List<Check> checks(boolean postgres) {
        return postgres ? onPostgres : onSqlite;
    }

    /// The figures of one measurement.
    Spread figures(Samples found, String name) {
        return switch (unit) {
            case PER_SECOND -> found.rate(name);
            case P99_MILLIS -> found.p99(name);
            case MILLIS -> found.p50(name);
            case MEGABYTES -> found.spread(name, Sample::megabytes);
        };
    }

    String unitText() {
        return switch (unit) {
            case PER_SECOND -> "/s";
            case P99_MILLIS -> " ms p99";
            case MILLIS -> " ms";
            case MEGABYTES -> " MB";
        };
    }
}
