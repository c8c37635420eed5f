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

/// A request in its realm's queue. It waits until a lane takes it or its caller gives up; only one of the two
/// can happen, so a caller who gets `Busy` knows that nothing was done.
public final class PendingWrite {
    /// The outcome of a request.
    public sealed interface Answer {
        record Judged(Result<Change> result) implements Answer {}

        /// The response to an earlier request must be repeated.
        record Replay(RetryRow earlier) implements Answer {}

        /// A bug, or a storage fault caused by this request alone.
        record Failed(Throwable why) implements Answer {}
    }

    public final WriteRequest request;
    final ReplayableRandom randomness;

    /// The row that its idempotency key is stored as; null if it has none.
    final @Nullable RetryRow retry;

    private final AtomicBoolean decided = new AtomicBoolean();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    public PendingWrite(WriteRequest request, ReplayableRandom randomness, @Nullable RetryRow retry) {
        this.request = request;
        this.randomness = randomness;
        this.retry = retry;
    }

    /// The row that its signature is stored as; null if it was not signed.
    @Nullable
    SignatureRow signature(Instant at) {
        WriteRequest.Proof proof = request.proof();
        return proof == null
                ? null
                : new SignatureRow(
                        request.realm(), Arrays.copyOf(proof.signature().bytes(), 16), requestDigest(proof), at);
    }

    /// A digest of the request; the preview of a request has a different one.
    private byte[] requestDigest(WriteRequest.Proof proof) {
        byte[] digest = Arrays.copyOf(proof.request().bytes(), 16);
        digest[0] ^= (byte) (request.dryRun() ? 1 : 0);
        return digest;
    }

    public int commands() {
        return request.write().commands().size();
    }

    /// Whether the lane may carry it out: true only once, and never after [#withdraw].
    public boolean take() {
        return decided.compareAndSet(false, true);
    }

    /// Whether the caller could still give up: true only once, and never after [#take].
    public boolean withdraw() {
        return decided.compareAndSet(false, true);
    }

    public void answer(Answer given) {
        answer.complete(given);
    }

    public CompletableFuture<Answer> answer() {
        return answer;
    }
}
