package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Implements `bench/run`: takes the requested measurements and writes the report.
public final class Bench {
    private final Options options;
    private final Path root = Path.of(System.getProperty("bench.root")).toAbsolutePath();
    private final Path folder = root.resolve("bench/target/run");
    private final Parts parts = new Parts(System.out);
    private final Ports ports = new Ports();
    private final List<Row> rows;

    private Bench(Options options) {
        this.options = options;
        this.rows = Targets.only(options.only);
    }

    /// Exits with 0 if everything was measured, 1 if a measurement failed, and 2 after a usage error.
    public static void main(String[] args) {
        Options options = new Options();
        CommandLine line = new CommandLine(options);
        try {
            line.parseArgs(args);
            if (line.isUsageHelpRequested()) {
                line.usage(System.out);
                return;
            }
            if (options.rows) {
                Targets.all().forEach(row -> System.out.printf("%-20s %s%n", row.id(), row.title()));
                return;
            }
            check(options);
            Bench bench = new Bench(options);
            System.exit(options.scale ? bench.scale() : bench.run());
        } catch (CommandLine.ParameterException | IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
        } catch (Failed e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void check(Options options) {
        require(
                options.database == null || Set.of("sqlite", "postgres").contains(options.database),
                "--database is sqlite or postgres");
        require(options.peer == null || options.peer.equals("keycloak"), "--peer is keycloak");
        require(
                options.peer == null || options.measures("postgres"),
                "--peer needs PostgreSQL: leave --database away, or say postgres");
        require(options.users >= 2_000 && options.realms >= 2, "--users is at least 2000, --realms 2");
        require(options.seconds >= 0.2 && options.seconds <= 300, "--seconds is 0.2 to 300");
        require(options.rounds >= 1, "--rounds is at least 1");
        require(
                !options.scale || (options.only.isEmpty() && options.database == null && options.peer == null),
                "--scale goes with --users, --seconds, --quick and --output alone");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private int scale() {
        empty(folder, _ -> true);
        SequencedMap<String, String> facts = Machine.facts(root);
        try (Postgres postgres = Postgres.start(folder("postgres"), ports.free())) {
            facts.put("PostgreSQL", postgres.version() + " " + postgres.settings());
            try (Scale scale = new Scale(options, parts, root, folder("scale"), ports, postgres)) {
                Path page = reportFolder(options.isFullSize()).resolve("SCALE.md");
                parts.say(scale.write(facts, page));
                parts.say("Written to " + page);
            }
        }
        empty(folder, file -> !file.toString().endsWith(".log"));
        return 0;
    }

    private Path reportFolder(boolean toDocs) {
        return options.output != null ? options.output : root.resolve(toDocs ? "docs" : "bench/target/report");
    }

    private int run() {
        empty(folder, _ -> true);
        SequencedMap<String, String> facts = Machine.facts(root);
        facts.put(
                "options",
                "%d users, %d realms, %s s each, %d rounds"
                        .formatted(
                                options.largeUsers(),
                                options.manyRealms(),
                                Spread.digits(options.each().toMillis() / 1e3),
                                options.rounds()));
        Samples sqlite = options.measures("sqlite") ? measure("sqlite", null) : null;
        Samples postgres = null;
        Samples keycloak = null;
        if (options.measures("postgres")) {
            try (Postgres server = Postgres.start(folder("postgres"), ports.free())) {
                facts.put("PostgreSQL", server.version() + " " + server.settings());
                postgres = measure("postgres", server);
                keycloak = options.peerKeycloak() ? measureKeycloak(server, facts) : null;
            }
        }
        SequencedMap<String, String> scores =
                options.jmh ? parts.time("small pieces", () -> SmallPieces.run(options.quick)) : new LinkedHashMap<>();
        Findings findings = new Findings(
                facts, rows, sqlite, postgres, keycloak, options.isFullSize(), scores, parts.took(), parts.whole());
        write(findings);
        empty(folder, file -> !file.toString().endsWith(".log"));
        return findings.failures() == 0 ? 0 : 1;
    }

    private Samples measure(String name, @Nullable Postgres postgres) {
        Path its = folder(name);
        try (Run run = new Run(options, parts, root, its, ports, postgres, Targets.samples(rows))) {
            return run.take();
        }
    }

    private Samples measureKeycloak(Postgres postgres, SequencedMap<String, String> facts) {
        KeycloakZip.Unpacked keycloak =
                parts.time("Keycloak: fetch", () -> new KeycloakZip(root.resolve("bench/target/keycloak")).get());
        facts.put("Keycloak", keycloak.version());
        return new PeerRun(options, parts, root, folder("keycloak"), ports, postgres, Targets.peerSamples(rows))
                .take(keycloak);
    }

    private void write(Findings findings) {
        Path to = reportFolder(options.isWhole());
        Path page = to.resolve("BENCHMARKS.md");
        Report.write(findings, page);
        ReportJson.write(findings, to.resolve("BENCHMARKS.json"));
        parts.say(Report.summary(findings, page));
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().isEmpty();
        }
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Deletes unwanted files, and folders that are empty.
    private static void empty(Path folder, Predicate<Path> unwanted) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                boolean isFolder = Files.isDirectory(file);
                if (isFolder ? isEmpty(file) : unwanted.test(file)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
