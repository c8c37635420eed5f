package dev.muster;

import dev.muster.cli.Commands;
import dev.muster.cli.LocalTasks;
import dev.muster.cli.LocalTasks.Migrated;
import dev.muster.cli.shell.NativeText;
import dev.muster.cli.shell.Shell;
import dev.muster.config.Config;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.Database;
import dev.muster.storage.sql.StorageException;
import java.nio.file.Path;
import java.security.SecureRandom;

/// The entry point. It runs the command line, with the tasks that only this package can carry out.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        ShutdownSignal stop = new ShutdownSignal();
        Shell shell = Shell.ofProcess();
        int code = new Commands(shell, localTasks(shell, stop), "muster " + Version.text())
                .run(NativeText.arguments(args));
        stop.finish(code);
        System.exit(code);
    }

    private static LocalTasks localTasks(Shell shell, ShutdownSignal stop) {
        return new LocalTasks(
                config -> {
                    stop.listen(config.stopDelay());
                    try (Log _ = Log.open(shell.screen().get().isTerminal())) {
                        return new Serve(config, System.out, stop).run();
                    }
                },
                storage -> {
                    try (Log _ = Log.open(shell.screen().get().isTerminal())) {
                        return migrate(storage);
                    }
                },
                Doctor::examine,
                ExportFile::verify,
                Main::addMasterKey,
                new TenantFiles(),
                new TenantMoves(),
                new CellTasks());
    }

    /// Appends a new key to a master key file, and returns its id.
    static String addMasterKey(Path file) {
        try {
            return MasterKeys.addToFile(file, new SecureRandom());
        } catch (KeyUnavailableException e) {
            throw Serve.unusable(e);
        }
    }

    /// Migrates a database to this version's schema. An embedded database is migrated whenever it is opened.
    static Migrated migrate(Config.Storage storage) {
        try {
            return switch (storage) {
                case Config.Storage.Postgres(var url, var _) ->
                    new Migrated(Database.migrate(url.text()), Database.SCHEMA);
                case Config.Storage.Sqlite _ -> {
                    Serve.open(storage, null, 0).close();
                    yield new Migrated(Database.SCHEMA, Database.SCHEMA);
                }
            };
        } catch (StorageException e) {
            throw Serve.unusable(e);
        }
    }
}
