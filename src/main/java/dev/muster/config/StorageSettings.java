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
                "PostgreSQL instead of the embedded database: jdbc:postgresql://HOST/NAME?user=…",
                "MUSTER_DATABASE, which keeps a password from being visible to others"
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
        Given url = Given.of("--database", database, environment);
        Secret address = url.postgres();
        return address == null ? new Storage.Sqlite(data(environment)) : new Storage.Postgres(address, null);
    }
}
