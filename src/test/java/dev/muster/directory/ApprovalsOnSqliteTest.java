package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Approval;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ActorRef;
import dev.muster.storage.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ApprovalsOnSqliteTest extends ApprovalsContract {
    @Override
    Database open(Path folder) {
        return Database.sqlite(folder);
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("muster.db"));
    }

    /// Only here can a test move the clock of writes.
    @Test
    void aRequestLapsesAfterSevenDaysAndIsJournalled() {
        UUID id = ask(new Command.Bar("fraud", null));
        running.core.internals().approvalExpiry().run();
        assertThat(seen(id).approval().state()).isEqualTo(Approval.State.PENDING);
        running.advance(Duration.ofDays(7));
        assertThat(seen(id).approval().state())
                .as("also before it is journalled")
                .isEqualTo(Approval.State.LAPSED);
        assertThat(Running.no(approve(id)))
                .isEqualTo(new Refusal.CannotDecide(Refusal.CannotDecide.Reason.CLOSED));
        running.core.internals().approvalExpiry().run();
        JournalEntry lapsed = history().getFirst();
        assertThat(lapsed.action()).isEqualTo("approval.lapsed");
        assertThat(lapsed.actor()).isEqualTo(ActorRef.SYSTEM);
        assertThat(running.core.internals().choreStore().lapsing(running.clock.instant(), 10))
                .isEmpty();
    }
}
