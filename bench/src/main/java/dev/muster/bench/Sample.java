package dev.muster.bench;

/// The figures of one measurement. Figures that do not apply are NaN.
///
/// @param perSecond the responses per second
/// @param p75Millis the 75th percentile, by which [Web Vitals](https://web.dev/articles/vitals) judge how fast pages
/// are
/// @param serverMicros the server's processor time per response, in microseconds
/// @param databaseMicros the same for a database in a separate process
/// @param batch the mean number of requests per transaction
/// @param megabytes the size of memory or of a file
record Sample(
        double perSecond,
        double p50Millis,
        double p75Millis,
        double p99Millis,
        double maxMillis,
        double serverMicros,
        double databaseMicros,
        double batch,
        double megabytes) {
    private static final double NONE = Double.NaN;

    static Sample of(Load load, double serverMicros, double databaseMicros, double batch) {
        return new Sample(
                load.requests() / load.seconds(),
                load.p50Millis(),
                NONE,
                load.p99Millis(),
                load.maxMillis(),
                serverMicros / load.requests(),
                databaseMicros / load.requests(),
                batch,
                NONE);
    }

    static Sample rate(double perSecond, double serverMicros, double batch) {
        return new Sample(perSecond, NONE, NONE, NONE, NONE, serverMicros, NONE, batch, NONE);
    }

    static Sample millis(double millis) {
        return new Sample(NONE, millis, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
    }

    static Sample latency(double p50Millis, double p99Millis, double maxMillis) {
        return new Sample(NONE, p50Millis, NONE, p99Millis, maxMillis, NONE, NONE, NONE, NONE);
    }

    /// The first paints of a page.
    static Sample paints(double p50Millis, double p75Millis, double p99Millis, double maxMillis) {
        return new Sample(NONE, p50Millis, p75Millis, p99Millis, maxMillis, NONE, NONE, NONE, NONE);
    }

    static Sample bytes(long bytes) {
        return new Sample(NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, bytes / 1e6);
    }

    /// Returns the figures per item, for requests that contain `times` items each.
    Sample times(int times) {
        return new Sample(
                perSecond * times,
                p50Millis,
                p75Millis,
                p99Millis,
                maxMillis,
                serverMicros / times,
                databaseMicros / times,
                batch,
                megabytes);
    }
}
