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

/// A request's place in its realm's queue. It waits there until a lane takes it or its caller gives up; which
/// of the two came first is decided once, so that a caller who is told `Busy` knows that nothing was done.
public final class PendingWrite {
    /// What a lane made of a request.
    public sealed interface Answer {
        record Judged(Result<Change> result) implements Answer {}

        /// An earlier answer is to be given again.
        record Replay(RetryRow earlier) implements Answer {}

        /// A bug, or a storage fault caused by this request alone.
        record Failed(Throwable why) implements Answer {}
    }

    public final WriteRequest request;
    final ReplayableRandom randomness;

    /// The row that its idempotency key would be kept as; null where it has none.
    final @Nullable RetryRow retry;

    private final AtomicBoolean decided = new AtomicBoolean();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    public PendingWrite(WriteRequest request, ReplayableRandom randomness, @Nullable RetryRow retry) {
        this.request = request;
        this.randomness = randomness;
        this.retry = retry;
    }

    /// The row that the signature it came with is remembered as; null where it came without.
    @Nullable
    SignatureRow signature(Instant at) {
        WriteRequest.Proof proof = request.proof();
        return proof == null
                ? null
                : new SignatureRow(
                        request.realm(), Arrays.copyOf(proof.signature().bytes(), 16), requestDigest(proof), at);
    }

    /// A preview is another request than the one that is carried out.
    private byte[] requestDigest(WriteRequest.Proof proof) {
        byte[] digest = Arrays.copyOf(proof.request().bytes(), 16);
        digest[0] ^= (byte) (request.dryRun() ? 1 : 0);
        return digest;
    }

    public int commands() {
        return request.write().commands().size();
    }

    /// Whether the lane may carry it out: true once, and never after [#withdraw] was.
    public boolean take() {
        return decided.compareAndSet(false, true);
    }

    /// Whether the caller could still give up: true once, and never after [#take] was.
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
