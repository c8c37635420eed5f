package dev.muster.bench;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Runs the microbenchmarks of the few hot code paths, and returns their scores.
final class SmallPieces {
    private SmallPieces() {}

    static SequencedMap<String, String> run(boolean quick) {
        OptionsBuilder options = new OptionsBuilder();
        options.include("dev\\.muster\\..*Benchmark\\..*")
                .forks(1)
                .warmupIterations(quick ? 1 : 3)
                .warmupTime(TimeValue.milliseconds(quick ? 50 : 2_000))
                .measurementIterations(quick ? 1 : 5)
                .measurementTime(TimeValue.milliseconds(quick ? 50 : 2_000))
                .shouldFailOnError(true);
        try {
            return scores(new Runner(options.build()).run());
        } catch (RunnerException e) {
            throw new Failed("JMH: " + e.getMessage(), e);
        }
    }

    private static SequencedMap<String, String> scores(Collection<RunResult> results) {
        SequencedMap<String, String> scores = new LinkedHashMap<>();
        for (RunResult run : results) {
            Result<?> result = run.getPrimaryResult();
            String benchmark = run.getParams().getBenchmark();
            String name = benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
            String error = Double.isNaN(result.getScoreError()) ? "" : " ± " + Spread.digits(result.getScoreError());
            scores.put(
                    name,
                    String.format(
                            Locale.ROOT, "%s%s %s", Spread.digits(result.getScore()), error, result.getScoreUnit()));
        }
        return scores;
    }
}
