package dev.muster.directory;

import dev.muster.storage.sql.DatabaseKind;
import java.time.Duration;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Base class for tests of a core with a new database for each test, on both SQLite and PostgreSQL.
@ParameterizedClass
@EnumSource(DatabaseKind.class)
abstract class OnBothRunning extends OnRunning {
    @Parameter
    DatabaseKind kind;

    @Override
    final DatabaseKind kind() {
        return kind;
    }

    /// Lets time pass. On PostgreSQL this waits in real time, because the database server's clock is used.
    final void pass(Duration time) throws InterruptedException {
        switch (kind) {
            case SQLITE -> running.advance(time);
            case POSTGRES -> Thread.sleep(time);
        }
    }
}
