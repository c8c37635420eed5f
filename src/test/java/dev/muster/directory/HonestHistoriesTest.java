package dev.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.directory.chores.Reconciliation;
import dev.muster.directory.journal.VerificationLimit;
import dev.muster.storage.Database;
import dev.muster.storage.LaneStore;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.testing.EmptyDatabase;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The law of reconciliation: whatever the history, reconciliation finds no differences in a realm to which only Muster
/// has written.
@UsesPostgres
@ParameterizedClass
@EnumSource(DatabaseKind.class)
final class HonestHistoriesTest {
    @Parameter
    private DatabaseKind kind;

    @TempDir
    private Path folder;

    private Database open() {
        try {
            return EmptyDatabase.of(kind, Files.createTempDirectory(folder, "run"))
                    .open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int histories() {
        boolean isLong = Boolean.getBoolean("muster.long");
        return switch (kind) {
            case SQLITE -> isLong ? 100 : 3;
            case POSTGRES -> isLong ? 30 : 2;
        };
    }

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
