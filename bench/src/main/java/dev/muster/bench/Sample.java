package dev.muster.bench;

/// One measurement. What does not apply is NaN.
///
/// @param perSecond how many were answered a second
/// @param serverMicros processor time of the server for each, in microseconds
/// @param databaseMicros the same of a database that is a process of its own
/// @param batch how many requests one transaction answered, on average
/// @param megabytes of memory or of a file
record Sample(
        double perSecond,
        double p50Millis,
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
                load.p99Millis(),
                load.maxMillis(),
                serverMicros / load.requests(),
                databaseMicros / load.requests(),
                batch,
                NONE);
    }

    static Sample rate(double perSecond, double serverMicros, double batch) {
        return new Sample(perSecond, NONE, NONE, NONE, serverMicros, NONE, batch, NONE);
    }

    static Sample millis(double millis) {
        return new Sample(NONE, millis, NONE, NONE, NONE, NONE, NONE, NONE);
    }

    static Sample bytes(long bytes) {
        return new Sample(NONE, NONE, NONE, NONE, NONE, NONE, NONE, bytes / 1e6);
    }

    /// The same in other units: `times` things in each request.
    Sample times(int times) {
        return new Sample(
                perSecond * times,
                p50Millis,
                p99Millis,
                maxMillis,
                serverMicros / times,
                databaseMicros / times,
                batch,
                megabytes);
    }
}
