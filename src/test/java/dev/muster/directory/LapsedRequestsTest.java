package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.journal.JournalEntry;
import dev.muster.model.Approval;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.credential.ActorRef;
import dev.muster.storage.sql.DatabaseKind;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests requests that were not approved within a week. Only on SQLite can the clock for writes be moved that far.
final class LapsedRequestsTest extends OnRunning {
    @Override
    DatabaseKind kind() {
        return DatabaseKind.SQLITE;
    }

    @Test
    void aRequestLapsesAfterSevenDaysAndIsJournalled() {
        TwoOperators two = new TwoOperators(running);
        UUID id = two.ask(new Command.Bar("fraud", null));
        running.core.internals().approvalExpiry().run();
        assertThat(two.seen(id).approval().state()).isEqualTo(Approval.State.PENDING);
        running.advance(Duration.ofDays(7));
        assertThat(two.seen(id).approval().state())
                .as("also before it is journalled")
                .isEqualTo(Approval.State.LAPSED);
        assertThat(Running.no(two.approve(id))).isEqualTo(new Refusal.CannotDecide(Refusal.CannotDecide.Reason.CLOSED));
        running.core.internals().approvalExpiry().run();
        JournalEntry lapsed = two.history().getFirst();
        assertThat(lapsed.action()).isEqualTo("approval.lapsed");
        assertThat(lapsed.actor()).isEqualTo(ActorRef.SYSTEM);
        assertThat(running.core.internals().choreStore().lapsing(running.clock.instant(), 10))
                .isEmpty();
    }
}
