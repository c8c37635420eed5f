package dev.muster.security;

import dev.muster.model.value.Digest;
import dev.muster.security.format.ApiKeyText;
import dev.muster.security.format.Signatures;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Measures the cost of checking a credential after its lookup: the text of an API key against the stored hash, and the
/// signature of a request against the keys of a realm. The latter always computes signatures for the maximum number of
/// keys.
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CredentialBenchmark {
    private static final String TIMESTAMP = "2026-11-21T17:01:02.123Z";
    private static final String PARTNER = "partner";

    private final ApiKeyText key = ApiKeyText.make(false, 4_611_686_018_427_387_904L, new UUID(1, 2), new byte[32]);
    private final String text = key.text();
    private final Digest hash = key.hash();
    private final Signatures signatures = new Signatures(new SecureRandom());
    private final List<String> secrets = List.of("mss_" + "1".repeat(49));
    private final String signature = signatures.of(secrets.getFirst(), TIMESTAMP, PARTNER);

    @Benchmark
    public boolean apiKey() {
        return ApiKeyText.parse(text).orElseThrow().matches(hash);
    }

    @Benchmark
    public int signature() {
        return signatures.indexOfSigner(secrets, List.of(TIMESTAMP), PARTNER, signature);
    }
}
