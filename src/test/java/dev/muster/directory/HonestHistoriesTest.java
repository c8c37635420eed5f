package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.Reconciliation;
import dev.muster.directory.journal.VerificationLimit;
import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import org.junit.jupiter.api.Test;

/// The law of reconciliation: of a realm that only Muster has written to, it finds nothing, whatever was done.
abstract class HonestHistoriesTest {
    /// A new, empty database.
    abstract Database open();

    /// How many histories to try.
    abstract int histories();

    @Test
    void reconcilingAnHonestHistoryFindsNothing() {
        for (int seed = 1; seed <= histories(); seed++) {
            try (Database database = open();
                    LaneStore store = database.lane()) {
                ReconcileScenario history = new ReconcileScenario(database, store, seed);
                history.run(seed);
                Reconciliation reconciliation =
                        new Reconciliation(database, history.realmKeys(), new VerificationLimit());
                for (long realm : new long[] {0, Running.REALM, Running.OTHER_REALM}) {
                    Reconciliation.Report report = reconciliation.reconcile(realm, Reconciliation.Pace.NONE);
                    assertThat(report.differences())
                            .as("seed %d, realm %d", seed, realm)
                            .isEmpty();
                    assertThat(report.truncated()).isFalse();
                    if (realm > 0) {
                        assertThat(report.users()).isGreaterThan(3);
                        assertThat(report.keys()).isGreaterThan(2);
                        assertThat(report.operators()).isGreaterThan(1);
                    }
                }
            }
        }
    }
}
