package dev.muster.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line options of a run.
@Command(
        name = "bench/run",
        sortOptions = false,
        description = {
            "Measure Muster, and write docs/BENCHMARKS.md and docs/BENCHMARKS.json. All of it, with a peer, takes about"
                    + " half an hour on two cores.",
            ""
        })
final class Options {
    private static final int QUICK_USERS = 2_000;
    private static final int USERS = 1_000_000;
    private static final int REALMS = 10_000;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ROW",
            description = "Only these rows of the table, with commas between them; --rows lists them.")
    List<String> only = List.of();

    @Option(names = "--rows", description = "List the rows, and end.")
    boolean rows;

    @Option(names = "--database", paramLabel = "NAME", description = "Only sqlite, or only postgres.")
    @Nullable
    String database;

    @Option(names = "--peer", paramLabel = "NAME", description = "Measure keycloak too, on the same PostgreSQL.")
    @Nullable
    String peer;

    @Option(names = "--users", paramLabel = "N", description = "Users of the large realm. Default: 1000000.")
    int users = USERS;

    @Option(names = "--realms", paramLabel = "N", description = "How many realms are many. Default: 10000.")
    int realms = REALMS;

    @Option(names = "--seconds", paramLabel = "N", description = "How long one measurement lasts. Default: 4.")
    double seconds = 4;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each is repeated; the median counts. Default: 3.")
    int rounds = 3;

    @Option(
            names = "--scale",
            description =
                    "Instead of the table, measure what a user and a change cost on PostgreSQL, and calculate what"
                            + " a billion users need; writes SCALE.md.")
    boolean scale;

    @Option(names = "--jmh", description = "Also run the benchmarks of small pieces, which takes two minutes more.")
    boolean jmh;

    @Option(
            names = "--quick",
            description = "Only see that everything works: tiny data, once, and nothing is compared with a target.")
    boolean quick;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "Where to write. Default: docs, or bench/target/report when not everything is measured.")
    @Nullable
    Path output;

    @Option(names = "--help", usageHelp = true, description = "Show this, and end.")
    boolean help;

    int smallUsers() {
        return quick ? 1_000 : 10_000;
    }

    int largeUsers() {
        return quick ? Math.min(users, QUICK_USERS) : users;
    }

    int manyRealms() {
        return quick ? Math.min(realms, 20) : realms;
    }

    int rounds() {
        return quick ? 1 : rounds;
    }

    Duration each() {
        return Duration.ofMillis(quick ? 150 : Math.round(seconds * 1000));
    }

    /// Whether each load runs briefly before it is measured, to warm up the server.
    boolean warmsUp() {
        return !quick;
    }

    boolean peerKeycloak() {
        return peer != null;
    }

    boolean measures(String databaseName) {
        return database == null || database.equals(databaseName);
    }

    /// Whether the data has the size that the table states.
    boolean isFullSize() {
        return !quick && users == USERS && realms == REALMS;
    }

    /// Whether this run produces the complete table for `docs/`.
    boolean isWhole() {
        return isFullSize() && only.isEmpty() && database == null;
    }
}
