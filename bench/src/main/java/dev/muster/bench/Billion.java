package dev.muster.bench;

/// The register whose needs are calculated, and how it is used.
///
/// @param changes the changes of a user in a year
/// @param standings how often a day a platform asks for the standing of a user
/// @param changePeak by what factor the changes of the busiest second exceed the mean
/// @param standingPeak the same for standings
/// @param copies how often the data is stored: a primary and its standbys
/// @param years for how long entries are kept in the database
/// @param cellUsers how many users a cell should have at most
record Billion(
        long users,
        long tenants,
        double changes,
        double standings,
        double changePeak,
        double standingPeak,
        int copies,
        int years,
        long cellUsers) {
    static final Billion ASSUMED = new Billion(1_000_000_000, 100_000, 5, 10, 10, 3.5, 3, 3, 62_500_000);

    private static final double YEAR_SECONDS = 365.0 * 24 * 3_600;
    private static final double DAY_SECONDS = 24.0 * 3_600;

    /// The bytes of the users, their first entries and the index of texts.
    double firstBytes(Costs costs) {
        return users * (costs.user() + costs.firstEntry() + costs.text());
    }

    /// The bytes by which the journal grows in a year.
    double yearBytes(Costs costs) {
        return users * changes * costs.entry();
    }

    /// The bytes of all copies after [#years].
    double totalBytes(Costs costs) {
        return copies * (firstBytes(costs) + years * yearBytes(costs));
    }

    /// The changes per second, in the mean.
    double changesPerSecond() {
        return users * changes / YEAR_SECONDS;
    }

    double standingsPerSecond() {
        return users * standings / DAY_SECONDS;
    }

    /// The cores that requests keep busy.
    ///
    /// @param micros the processor time of one request
    static double cores(double perSecond, double micros) {
        return perSecond * micros / 1e6;
    }

    long cells() {
        return Math.ceilDiv(users, cellUsers);
    }
}
