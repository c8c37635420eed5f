package dev.muster.cli;

import dev.muster.config.Config.Storage;
import dev.muster.config.DataFolder;
import dev.muster.config.StorageSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "migrate",
        description = {
            "Bring a database to this version's schema.",
            "",
            "Servers of the version before may go on running meanwhile. It connects to the database directly, not"
                    + " through a pooler, and asks no server.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  MUSTER_DATABASE='jdbc:postgresql://db/muster?user=muster&password=…' muster migrate",
            "  muster migrate --data /var/lib/muster"
        })
final class MigrateCommand implements Callable<Integer> {
    private final Shell shell;
    private final Functions.Migrate migrate;

    @Mixin
    StorageSettings settings = new StorageSettings();

    MigrateCommand(Shell shell, Functions.Migrate migrate) {
        this.shell = shell;
        this.migrate = migrate;
    }

    @Override
    public Integer call() throws Exception {
        Storage storage = settings.storage(shell.environment());
        if (storage instanceof Storage.Sqlite(var folder)) {
            DataFolder.open(folder);
        }
        Functions.Migrated migrated = migrate.migrate(storage);
        shell.out()
                .println(
                        migrated.from() == migrated.to()
                                ? "The schema is at version " + migrated.to() + " already."
                                : "The schema went from version " + migrated.from() + " to " + migrated.to() + ".");
        return 0;
    }
}
