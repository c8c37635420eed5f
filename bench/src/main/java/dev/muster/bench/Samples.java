package dev.muster.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// All measurements on one database, or of the peer, by name and with one sample per round.
final class Samples {
    private final SequencedMap<String, List<Sample>> taken = new LinkedHashMap<>();
    private final SequencedMap<String, String> failures = new LinkedHashMap<>();

    void add(String name, Sample sample) {
        taken.computeIfAbsent(name, _ -> new ArrayList<>()).add(sample);
    }

    /// Records a failure. A measurement that has failed once counts as failed, even if it has samples.
    void failed(String name, String why) {
        failures.putIfAbsent(name, why);
    }

    Map<String, String> failures() {
        return failures;
    }

    @Nullable
    String failure(String name) {
        return failures.get(name);
    }

    List<String> names() {
        List<String> names = new ArrayList<>(taken.keySet());
        failures.keySet().stream().filter(name -> !taken.containsKey(name)).forEach(names::add);
        return names;
    }

    List<Sample> of(String name) {
        return failures.containsKey(name) ? List.of() : taken.getOrDefault(name, List.of());
    }

    Spread rate(String name) {
        return spread(name, Sample::perSecond);
    }

    Spread p99(String name) {
        return spread(name, Sample::p99Millis);
    }

    Spread p75(String name) {
        return spread(name, Sample::p75Millis);
    }

    Spread p50(String name) {
        return spread(name, Sample::p50Millis);
    }

    Spread spread(String name, ToDoubleFunction<Sample> figure) {
        return Spread.of(of(name).stream().map(figure::applyAsDouble).toList());
    }

    /// Returns the ratio of two measurements, computed round by round, so that other load on the machine affects
    /// both alike.
    Spread ratio(String name, String to, ToDoubleFunction<Sample> figure) {
        List<Sample> upper = of(name);
        List<Sample> lower = of(to);
        return Spread.of(IntStream.range(0, Math.min(upper.size(), lower.size()))
                .mapToObj(i -> figure.applyAsDouble(upper.get(i)) / figure.applyAsDouble(lower.get(i)))
                .toList());
    }
}
