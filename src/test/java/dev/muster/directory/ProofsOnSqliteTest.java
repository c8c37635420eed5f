package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.storage.Database;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ProofsOnSqliteTest extends ProofsContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder);
    }

    @Test
    void aRestartForgetsNone() {
        Command one = new Command.CreateGroup("One", null);
        Request plain = Running.requestIn(TEST, one, null, null, false);
        Request.Proof proof = Request.Proof.of("s1", "test", plain.write(), true);
        Running.ok(running.core.directory().execute(Running.requestIn(TEST, one, null, proof, true)));
        running.close();
        running = new Running(open(folder), folder);
        Command other = new Command.CreateGroup("Other", null);
        Request.Proof again = Request.Proof.of(
                "s1", "test", Running.requestIn(TEST, other, null, null, false).write(), true);
        assertThat(Running.no(running.core.directory().execute(Running.requestIn(TEST, other, null, again, false))))
                .isEqualTo(new Refusal.Unauthenticated());
        Running.ok(running.core.directory().execute(Running.requestIn(TEST, one, null, proof, false)));
    }
}
