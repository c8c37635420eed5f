package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.Cleanup;
import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.LaneStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A request can require that a signature which does not cover the body is used for this request only.
final class ProofsTest extends OnBothRunning {
    private static final Command ONE = new Command.CreateGroup("One", null);
    private static final Command ONE_MORE = new Command.CreateGroup("One more", null);
    private static final Command OTHER = new Command.CreateGroup("Other", null);
    private static final Command REFUSED = new Command.DeleteGroup(new java.util.UUID(1, 1));
    private static final Command NOTHING = new Command.NoteSignature();
    private static final Refusal REPLAYED = new Refusal.Unauthenticated();

    private Result<Change> signed(String signature, Command command, boolean alone, boolean dryRun) {
        return signed(TEST, signature, command, alone, dryRun);
    }

    private Result<Change> signed(long realm, String signature, Command command, boolean alone, boolean dryRun) {
        WriteRequest plain = Running.requestIn(realm, command, null, null, false);
        WriteRequest.Proof proof = WriteRequest.Proof.of(signature, "test", plain.write(), alone);
        return running.core.directory().execute(Running.requestIn(realm, command, null, proof, dryRun));
    }

    private void waitUntilSignaturesCannotBeShared() throws InterruptedException {
        pass(Duration.ofMillis(2_010));
    }

    @Test
    void anotherRequestWithTheSameSignatureIsRefusedWhereItMustBeAlone() throws InterruptedException {
        Running.ok(signed("s1", ONE, false, false));
        Running.ok(signed("s2", ONE_MORE, true, true));
        assertThat(Running.no(signed("s3", REFUSED, false, false))).isInstanceOf(Refusal.NotFound.class);
        Running.ok(signed("s4", NOTHING, false, false));
        Running.ok(signed("s5", ONE_MORE, true, false));
        waitUntilSignaturesCannotBeShared();
        assertThat(Running.no(signed("s1", OTHER, true, false))).isEqualTo(REPLAYED);
        // Dry runs, refused requests and requests that change nothing also use up their signature. A dry run is a
        // different request from the same request without the flag.
        assertThat(Running.no(signed("s2", ONE_MORE, true, false))).isEqualTo(REPLAYED);
        assertThat(Running.no(signed("s3", OTHER, true, false))).isEqualTo(REPLAYED);
        assertThat(Running.no(signed("s4", OTHER, true, true))).isEqualTo(REPLAYED);
        // The same request may be repeated with the same signature, even after a refused replay.
        assertThat(Running.no(signed("s5", OTHER, true, false))).isEqualTo(REPLAYED);
        assertThat(Running.no(signed("s5", ONE_MORE, true, false))).isInstanceOf(Refusal.Taken.class);
        // A request that does not require a signature of its own is accepted, as is a request with a new signature.
        Running.ok(signed("s1", OTHER, false, false));
        Running.ok(signed("s6", new Command.CreateGroup("Third", null), true, false));
        // The same signature may be used in another realm.
        Running.ok(signed(PRODUCTION, "s1", OTHER, true, false));
    }

    /// Requests within two seconds may share a signature, because some clients sign a time in whole seconds.
    @Test
    void withinTwoSecondsItIsNoReplay() {
        Running.ok(signed("s1", NOTHING, false, false));
        Running.ok(signed("s1", ONE, true, false));
        Running.ok(signed("s1", OTHER, true, false));
    }

    @Test
    void aRestartForgetsNone() throws InterruptedException {
        Running.ok(signed("s1", ONE, true, false));
        restart();
        waitUntilSignaturesCannotBeShared();
        assertThat(Running.no(signed("s1", OTHER, true, false))).isEqualTo(REPLAYED);
        assertThat(Running.no(signed("s1", ONE, true, false))).isInstanceOf(Refusal.Taken.class);
    }

    @Test
    void itIsForgottenWhenItCouldNotBeSentAgain() {
        Running.ok(signed("s1", ONE, true, false));
        running.core.internals().cleanup().everything();
        assertThat(kept("s1")).isNotNull();
        running.advance(Cleanup.SIGNATURE_RETENTION.minus(Duration.ofMinutes(1)));
        running.core.internals().cleanup().everything();
        assertThat(kept("s1")).isNotNull();
        running.advance(Duration.ofMinutes(2));
        running.core.internals().cleanup().everything();
        assertThat(kept("s1")).isNull();
    }

    private SignatureRow kept(String signature) {
        WriteRequest plain = Running.requestIn(TEST, ONE, null, null, false);
        byte[] digest = WriteRequest.Proof.of(signature, "test", plain.write(), true)
                .signature()
                .bytes();
        SignatureRow asked = new SignatureRow(TEST, Arrays.copyOf(digest, 16), new byte[0], Instant.EPOCH);
        try (LaneStore store = running.database().lane()) {
            List<SignatureRow> found = store.load(Map.of(), List.of(), List.of(asked)).signatures;
            return found.isEmpty() ? null : found.getFirst();
        }
    }
}
