package dev.muster.storage;

import dev.muster.storage.sql.DatabaseKind;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Gives each test a new, empty database, and runs it on SQLite and on PostgreSQL.
@ParameterizedClass
@EnumSource(DatabaseKind.class)
public abstract class OnBothDatabases extends OnDatabase {
    @Parameter
    private DatabaseKind kind;

    @Override
    protected final DatabaseKind kind() {
        return kind;
    }
}
