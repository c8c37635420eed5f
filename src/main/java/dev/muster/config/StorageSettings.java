package dev.muster.config;

import dev.muster.config.Config.Storage;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say where the register is kept.
public final class StorageSettings {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "Folder of the embedded database, keys, checkpoints and backups; made when it is missing.",
                "MUSTER_DATA; default: data"
            })
    @Nullable
    String data;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = {
                "PostgreSQL instead of the embedded database: postgres://USER:PASSWORD@HOST/NAME, or jdbc:postgresql://…",
                "MUSTER_DATABASE or DATABASE_URL, which keep a password from being visible to others"
            })
    @Nullable
    String database;

    /// The data folder: not looked at yet.
    public Path data(Map<String, String> environment) {
        return Given.of("--data", data, environment).path("data");
    }

    /// Where the register is kept: not looked at yet either.
    ///
    /// @throws Misconfigured when the address is none of a PostgreSQL database
    public Storage storage(Map<String, String> environment) {
        Secret address = address(environment).postgres();
        return address == null ? new Storage.Sqlite(data(environment)) : new Storage.Postgres(address, null);
    }

    /// As it was given. `DATABASE_URL` is often set for other programs: only one of PostgreSQL counts.
    Given address(Map<String, String> environment) {
        Given own = Given.ofSecret("--database", database, environment);
        String general = environment.getOrDefault("DATABASE_URL", "").strip();
        return !own.isGiven() && general.startsWith("postgres") ? new Given("DATABASE_URL", general) : own;
    }
}
