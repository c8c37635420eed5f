package dev.muster;

import dev.muster.cli.LocalTasks.Migrated;
import dev.muster.config.Config;
import dev.muster.storage.Database;
import dev.muster.storage.sql.StorageException;

/// Brings a database to this version's schema. An embedded one is brought there whenever it is opened.
final class Migration {
    private Migration() {}

    static Migrated migrate(Config.Storage storage) {
        try {
            return switch (storage) {
                case Config.Storage.Postgres(var url, var _) ->
                    new Migrated(Database.migrate(url.text()), Database.SCHEMA);
                case Config.Storage.Sqlite _ -> {
                    Serve.open(storage, 0).close();
                    yield new Migrated(Database.SCHEMA, Database.SCHEMA);
                }
            };
        } catch (StorageException e) {
            throw Serve.unusable(e);
        }
    }
}
