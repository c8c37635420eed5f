package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.storage.Rows.SignatureRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// A signature that covers no body carries one request, where that matters; on both databases.
abstract class ProofsContract extends RunningContract {
    private static final Command ONE = new Command.CreateGroup("One", null);
    private static final Command OTHER = new Command.CreateGroup("Other", null);
    private static final Command REFUSED = new Command.DeleteGroup(new java.util.UUID(1, 1));
    private static final Command NOTHING = new Command.NoteSignature();
    private static final Refusal REPLAYED = new Refusal.Unauthenticated();

    private Result<Change> signed(String signature, Command command, boolean alone, boolean dryRun) {
        return signed(TEST, signature, command, alone, dryRun);
    }

    private Result<Change> signed(long realm, String signature, Command command, boolean alone, boolean dryRun) {
        Request plain = Running.requestIn(realm, command, null, null, false);
        Request.Proof proof = Request.Proof.of(signature, "test", plain.write(), alone);
        return running.core.directory().execute(Running.requestIn(realm, command, null, proof, dryRun));
    }

    @Test
    void anotherRequestWithTheSameSignatureIsRefusedWhereItMustBeAlone() {
        Running.ok(signed("s1", ONE, false, false));
        assertThat(Running.no(signed("s1", OTHER, true, false))).isEqualTo(REPLAYED);
        // Where it matters less it goes, and each signature is for itself.
        Running.ok(signed("s1", OTHER, false, false));
        Running.ok(signed("s2", new Command.CreateGroup("Third", null), true, false));
        // And in each realm for itself.
        Running.ok(signed(PRODUCTION, "s1", OTHER, true, false));
    }

    @Test
    void theSameRequestMaySendItAgain() {
        Running.ok(signed("s1", ONE, true, false));
        assertThat(Running.no(signed("s1", ONE, true, false))).isInstanceOf(Refusal.Taken.class);
        assertThat(Running.no(signed("s1", OTHER, true, false))).isEqualTo(REPLAYED);
    }

    @Test
    void itIsSpentByWhatIsRefusedOrRehearsedOrChangesNothing() {
        assertThat(Running.no(signed("s1", REFUSED, false, false))).isInstanceOf(Refusal.NotFound.class);
        assertThat(Running.no(signed("s1", ONE, true, false))).isEqualTo(REPLAYED);
        Running.ok(signed("s2", ONE, true, true));
        assertThat(Running.no(signed("s2", OTHER, true, false))).isEqualTo(REPLAYED);
        Running.ok(signed("s2", ONE, true, false));
        Running.ok(signed("s3", NOTHING, false, false));
        assertThat(Running.no(signed("s3", OTHER, true, true))).isEqualTo(REPLAYED);
    }

    /// The first request remains the one it is for, whatever was refused since.
    @Test
    void aReplayThatIsRefusedDoesNotTakeItOver() {
        Running.ok(signed("s1", ONE, true, false));
        assertThat(Running.no(signed("s1", OTHER, true, false))).isEqualTo(REPLAYED);
        assertThat(Running.no(signed("s1", OTHER, true, false))).isEqualTo(REPLAYED);
        assertThat(Running.no(signed("s1", ONE, true, false))).isInstanceOf(Refusal.Taken.class);
    }

    @Test
    void ofManyAtOnceOneIsCarriedOut() throws Exception {
        List<Callable<Result<Change>>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Command command = new Command.CreateGroup("Group " + i, null);
            all.add(() -> signed("s1", command, true, false));
        }
        int done = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Result<Change>> result : threads.invokeAll(all)) {
                if (result.get() instanceof Result.Ok<Change>) {
                    done++;
                } else {
                    assertThat(Running.no(result.get())).isEqualTo(REPLAYED);
                }
            }
        }
        assertThat(done).isEqualTo(1);
    }

    @Test
    void itIsForgottenWhenItCouldNotBeSentAgain() {
        Running.ok(signed("s1", ONE, true, false));
        running.core.sweeping().oldSignatures();
        assertThat(kept("s1")).isNotNull();
        running.advance(Sweeping.SIGNATURES_KEPT.minus(Duration.ofMinutes(1)));
        running.core.sweeping().oldSignatures();
        assertThat(kept("s1")).isNotNull();
        running.advance(Duration.ofMinutes(2));
        running.core.sweeping().oldSignatures();
        assertThat(kept("s1")).isNull();
    }

    private SignatureRow kept(String signature) {
        Request plain = Running.requestIn(TEST, ONE, null, null, false);
        byte[] digest = Request.Proof.of(signature, "test", plain.write(), true)
                .signature()
                .bytes();
        return running.database().read(reads -> reads.signature(TEST, Arrays.copyOf(digest, 16)));
    }
}
