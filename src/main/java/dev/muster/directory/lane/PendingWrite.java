package dev.muster.directory.lane;

import dev.muster.model.Change;
import dev.muster.model.Result;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.JournalTables.SignatureRow;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A request in its realm's queue. It waits until a lane takes it or its caller gives up. Only one of the two can
/// happen, so a caller who gets `Busy` knows that nothing was done.
public final class PendingWrite {
    /// The outcome of a request.
    public sealed interface WriteOutcome {
        record Decided(Result<Change> result) implements WriteOutcome {}

        /// The request was executed before, so its first response must be repeated.
        record Replay(RetryRow earlier) implements WriteOutcome {}

        /// The request failed because of a bug, or of a storage error that this request alone caused.
        record Failed(Throwable cause) implements WriteOutcome {}
    }

    public final WriteRequest request;
    final ReplayableRandom randomness;

    /// The row in which its idempotency key will be stored; null if it has none.
    final @Nullable RetryRow retry;

    private final AtomicBoolean decided = new AtomicBoolean();
    private final CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();

    public PendingWrite(WriteRequest request, ReplayableRandom randomness, @Nullable RetryRow retry) {
        this.request = request;
        this.randomness = randomness;
        this.retry = retry;
    }

    /// The row in which its signature will be stored; null if it was not signed.
    @Nullable
    SignatureRow signature(Instant at) {
        WriteRequest.Proof proof = request.proof();
        return proof == null
                ? null
                : new SignatureRow(
                        request.realm(), Arrays.copyOf(proof.signature().bytes(), 16), requestDigest(proof), at);
    }

    /// Returns a digest of the request. A dry run of a request has a different digest.
    private byte[] requestDigest(WriteRequest.Proof proof) {
        byte[] digest = Arrays.copyOf(proof.request().bytes(), 16);
        digest[0] ^= (byte) (request.dryRun() ? 1 : 0);
        return digest;
    }

    public int commands() {
        return request.write().commands().size();
    }

    /// Marks the request as taken by a lane, and returns whether the lane may execute it: true only once, and never
    /// after [#withdraw].
    public boolean take() {
        return decided.compareAndSet(false, true);
    }

    /// Withdraws the request, and returns whether the caller could still do so: true only once, and never after
    /// [#take].
    public boolean withdraw() {
        return decided.compareAndSet(false, true);
    }

    public void complete(WriteOutcome result) {
        outcome.complete(result);
    }

    public CompletableFuture<WriteOutcome> outcome() {
        return outcome;
    }
}
