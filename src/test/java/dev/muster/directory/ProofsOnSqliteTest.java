package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.lane.WriteRequest;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.value.Digest;
import dev.muster.storage.Database;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProofsOnSqliteTest extends ProofsContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder, 0);
    }

    @Override
    void aWhile() {
        running.advance(Duration.ofMillis(2_001));
    }

    /// To the millisecond.
    @Test
    void afterTwoSecondsItIsAReplay() {
        Command one = new Command.CreateGroup("One", null);
        WriteRequest plain = Running.requestIn(TEST, one, null, null, false);
        WriteRequest.Proof alone = WriteRequest.Proof.of("s1", "test", plain.write(), true);
        WriteRequest.Proof first = new WriteRequest.Proof(alone.signature(), new Digest(new byte[32]), false);
        Running.ok(running.core
                .directory()
                .execute(Running.requestIn(TEST, new Command.NoteSignature(), null, first, false)));
        running.advance(Duration.ofMillis(2_001));
        assertThat(Running.no(running.core.directory().execute(Running.requestIn(TEST, one, null, alone, false))))
                .isEqualTo(new Refusal.Unauthenticated());
        running.advance(Duration.ofSeconds(-1));
        Running.ok(running.core.directory().execute(Running.requestIn(TEST, one, null, alone, true)));
    }

    @Test
    void aRestartForgetsNone() {
        Command one = new Command.CreateGroup("One", null);
        WriteRequest plain = Running.requestIn(TEST, one, null, null, false);
        WriteRequest.Proof proof = WriteRequest.Proof.of("s1", "test", plain.write(), true);
        Running.ok(running.core.directory().execute(Running.requestIn(TEST, one, null, proof, false)));
        running.close();
        running = new Running(open(folder), folder);
        aWhile();
        Command other = new Command.CreateGroup("Other", null);
        WriteRequest.Proof again = WriteRequest.Proof.of(
                "s1", "test", Running.requestIn(TEST, other, null, null, false).write(), true);
        assertThat(Running.no(running.core.directory().execute(Running.requestIn(TEST, other, null, again, false))))
                .isEqualTo(new Refusal.Unauthenticated());
        assertThat(Running.no(running.core.directory().execute(Running.requestIn(TEST, one, null, proof, false))))
                .isInstanceOf(Refusal.Taken.class);
    }
}
