package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the results as JSON, with every sample of every round, so that two runs can be compared.
final class ReportJson {
    private ReportJson() {}

    static void write(Findings findings, Path file) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("facts", findings.facts());
        all.put("judged", findings.judge());
        put(all, "sqlite", findings.sqlite());
        put(all, "postgres", findings.postgres());
        put(all, "keycloak", findings.keycloak());
        all.put("scores", findings.scores());
        Map<String, Object> parts = new LinkedHashMap<>();
        findings.parts().forEach((name, took) -> parts.put(name, part(took)));
        parts.put("all of it", part(findings.whole()));
        all.put("parts", parts);
        try {
            Files.writeString(file, Api.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> part(Parts.Took took) {
        return Map.of("seconds", took.seconds(), "stolen", took.stolen());
    }

    private static void put(Map<String, Object> all, String name, @Nullable Samples samples) {
        if (samples == null) {
            return;
        }
        Map<String, Object> measurements = new LinkedHashMap<>();
        for (String measurement : samples.names()) {
            String failure = samples.failure(measurement);
            measurements.put(
                    measurement, failure == null ? rounds(samples.of(measurement)) : Map.of("failed", failure));
        }
        all.put(name, measurements);
    }

    private static List<Map<String, Double>> rounds(List<Sample> samples) {
        List<Map<String, Double>> rounds = new ArrayList<>();
        for (Sample sample : samples) {
            Map<String, Double> figures = new LinkedHashMap<>();
            put(figures, "perSecond", sample.perSecond());
            put(figures, "p50Millis", sample.p50Millis());
            put(figures, "p75Millis", sample.p75Millis());
            put(figures, "p99Millis", sample.p99Millis());
            put(figures, "maxMillis", sample.maxMillis());
            put(figures, "serverMicros", sample.serverMicros());
            put(figures, "databaseMicros", sample.databaseMicros());
            put(figures, "batch", sample.batch());
            put(figures, "megabytes", sample.megabytes());
            rounds.add(figures);
        }
        return rounds;
    }

    private static void put(Map<String, Double> figures, String name, double figure) {
        if (!Double.isNaN(figure)) {
            figures.put(name, figure);
        }
    }
}
