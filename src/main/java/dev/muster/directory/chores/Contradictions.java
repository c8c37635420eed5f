package dev.muster.directory.chores;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The realms whose journal contradicts its checkpoints, and why. Each is logged as an ERROR, once an hour.
final class Contradictions {
    private static final Duration REPEAT_ERROR_AFTER = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointSigner.class);

    private final Map<Long, Contradiction> byRealm = new ConcurrentHashMap<>();

    /// @param loggedAt when it was logged, in nanoseconds
    private record Contradiction(String sentence, long loggedAt) {}

    void add(long realm, String sentence) {
        long nanos = System.nanoTime();
        Contradiction earlier = byRealm.get(realm);
        if (earlier == null
                || !earlier.sentence().equals(sentence)
                || nanos - earlier.loggedAt() > REPEAT_ERROR_AFTER.toNanos()) {
            byRealm.put(realm, new Contradiction(sentence, nanos));
            LOG.error("the journal of realm {} contradicts its checkpoints and is not signed for: {}", realm, sentence);
        }
    }

    void remove(long realm) {
        byRealm.remove(realm);
    }

    boolean areAny() {
        return !byRealm.isEmpty();
    }

    Set<Long> realms() {
        return byRealm.keySet();
    }
}
