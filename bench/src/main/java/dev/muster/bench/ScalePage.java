package dev.muster.bench;

import java.util.SequencedMap;

/// Writes the page of `bench/run --scale`.
final class ScalePage {
    private static final double TERABYTE = 1e12;

    private ScalePage() {}

    /// @param measured how many users were registered to measure the costs
    static String text(SequencedMap<String, String> facts, int measured, Costs costs, Billion it) {
        StringBuilder page = new StringBuilder();
        page.append("# What a billion users need\n\nWritten by `bench/run --scale`: the costs are measured with ")
                .append("%,d".formatted(measured))
                .append(" users on one PostgreSQL, and everything else is calculated from them.\n\n| | |\n|---|---|\n");
        facts.forEach((name, value) ->
                page.append("| ").append(name).append(" | ").append(value).append(" |\n"));
        page.append("\n## Measured\n\n| | bytes, with indexes |\n|---|--:|\n");
        row(page, "a user", costs.user());
        row(page, "the journal entry of a registration", costs.firstEntry());
        row(page, "the journal entry of a later change (a hold)", costs.entry());
        row(page, "a user's share of the index of texts", costs.text());
        row(page, "write-ahead log of a registration", costs.registerLog());
        row(page, "write-ahead log of a later change", costs.changeLog());
        page.append("\n| | µs of Muster's processor time | µs of PostgreSQL's |\n|---|--:|--:|\n");
        row(page, "register a user", costs.register());
        row(page, "place or release a hold", costs.change());
        row(page, "get a user", costs.get());
        row(page, "get a standing", costs.standing());
        calculated(page, costs, it);
        return page.toString();
    }

    private static void calculated(StringBuilder page, Costs costs, Billion it) {
        page.append(
                "\n## Calculated\n\nAssumed: %,d users of %,d tenants; %s changes of each user a year, %s questions for their"
                        .formatted(
                                it.users(), it.tenants(), Spread.digits(it.changes()), Spread.digits(it.standings())));
        page.append(
                " standing a day; the busiest second has %s times the mean of changes and %s times that of standings;"
                        .formatted(Spread.digits(it.changePeak()), Spread.digits(it.standingPeak())));
        page.append(" %d copies; entries stay in the database for %d years.\n\n| | |\n|---|--:|\n"
                .formatted(it.copies(), it.years()));
        row(page, "data on the first day", terabytes(it.firstBytes(costs)));
        row(page, "growth of the journal in a year", terabytes(it.yearBytes(costs)));
        row(page, "all copies after %d years".formatted(it.years()), terabytes(it.totalBytes(costs)));
        double changes = it.changesPerSecond() * it.changePeak();
        row(page, "changes a second, mean", Spread.digits(it.changesPerSecond()));
        row(page, "changes a second, peak", Spread.digits(changes));
        row(page, "… cores of PostgreSQL", cores(changes, costs.change().database()));
        row(page, "… cores of Muster", cores(changes, costs.change().server()));
        row(page, "… write-ahead log a second", Spread.digits(changes * costs.changeLog() / 1e6) + " MB");
        double standings = it.standingsPerSecond() * it.standingPeak();
        row(page, "standings a second, mean", Spread.digits(it.standingsPerSecond()));
        row(page, "standings a second, peak", Spread.digits(standings));
        row(page, "… cores of PostgreSQL", cores(standings, costs.standing().database()));
        row(page, "… cores of Muster", cores(standings, costs.standing().server()));
        row(
                page,
                "cells of at most %,d users".formatted(it.cellUsers()),
                "%d, each with %s of data at first"
                        .formatted(it.cells(), terabytes(it.firstBytes(costs) / it.cells())));
        page.append(
                        "\nA core is one of the machine above. Not included: free space in tables that are changed often, backups,")
                .append(" and the load of lists, searches and exports.\n");
    }

    private static void row(StringBuilder page, String name, double bytes) {
        row(page, name, "%,.0f".formatted(bytes));
    }

    private static void row(StringBuilder page, String name, Cost cost) {
        page.append("| %s | %s | %s |\n".formatted(name, Spread.digits(cost.server()), Spread.digits(cost.database())));
    }

    private static void row(StringBuilder page, String name, String value) {
        page.append("| ").append(name).append(" | ").append(value).append(" |\n");
    }

    private static String terabytes(double bytes) {
        return Spread.digits(bytes / TERABYTE) + " TB";
    }

    private static String cores(double perSecond, double micros) {
        return Spread.digits(Billion.cores(perSecond, micros));
    }
}
