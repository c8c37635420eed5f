package dev.muster.directory.lane;

import dev.muster.model.user.Fingerprint;
import dev.muster.storage.Batch;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.JournalTables.SignatureRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What one realm remembers of earlier requests, in one transaction: idempotency keys with their responses, and
/// signatures, which must not be replayed.
public final class ReplayBatch {
    /// How long a repeated request gets the first response again.
    public static final Duration RETRY_RETENTION = Duration.ofHours(24);

    /// How long after the first request a different one with the same signature does not count as a replay. Some
    /// clients sign the time in whole seconds, so different requests within a second have the same signature.
    static final Duration SIGNATURE_SHARED = Duration.ofSeconds(2);

    private final Instant now;
    private final Map<Fingerprint, SignatureRow> signatures = new HashMap<>();
    private final List<SignatureRow> newSignatures = new ArrayList<>();
    private final Map<RetryId, RetryRow> retries = new HashMap<>();
    private final List<RetryRow> newRetries = new ArrayList<>();

    private record RetryId(UUID actor, Fingerprint key) {
        static RetryId of(RetryRow row) {
            return new RetryId(row.actor(), new Fingerprint(row.key()));
        }
    }

    ReplayBatch(Instant now) {
        this.now = now;
    }

    void loaded(SignatureRow row) {
        signatures.put(new Fingerprint(row.signature()), row);
    }

    void loaded(RetryRow row) {
        if (row.at().plus(RETRY_RETENTION).isAfter(now)) {
            retries.put(RetryId.of(row), row);
        }
    }

    /// Records the request's signature, regardless of the outcome.
    ///
    /// @return true if the signature must be unique but was used for a different request more than
    ///     [#SIGNATURE_SHARED] ago
    boolean isReplay(PendingWrite pending) {
        SignatureRow shown = pending.signature(now);
        WriteRequest.Proof proof = pending.request.proof();
        if (shown == null || proof == null) {
            return false;
        }
        SignatureRow earlier = signatures.putIfAbsent(new Fingerprint(shown.signature()), shown);
        if (earlier == null) {
            newSignatures.add(shown);
            return false;
        }
        return proof.alone()
                && !Arrays.equals(earlier.request(), shown.request())
                && now.isAfter(earlier.at().plus(SIGNATURE_SHARED));
    }

    /// The earlier request with the same idempotency key; null if there is none.
    @Nullable
    RetryRow earlier(RetryRow wanted) {
        return retries.get(RetryId.of(wanted));
    }

    void keep(RetryRow row) {
        retries.put(RetryId.of(row), row);
        newRetries.add(row);
    }

    boolean isEmpty() {
        return newRetries.isEmpty() && newSignatures.isEmpty();
    }

    void collect(Batch batch) {
        batch.retries.addAll(newRetries);
        batch.signatures.addAll(newSignatures);
    }

    /// The signatures that were new in this transaction.
    public List<SignatureRow> newSignatures() {
        return newSignatures;
    }
}
