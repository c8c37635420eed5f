package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.client.ApiReply;
import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.client.ServerTarget;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.JsonText;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.config.Config;
import dev.muster.config.Config.Storage;
import dev.muster.config.ConfigurationException;
import dev.muster.config.OwnerOnly;
import dev.muster.config.Setting;
import dev.muster.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/// Defines `muster doctor`: checks the installation on this machine and says what to do about each problem. It changes
/// nothing: an embedded database is opened without creating or changing a file, whether or not its server runs.
final class DoctorCommand {
    private static final List<String> KEYS = List.of("master.key", "root.key", "checkpoint.key", "security-log.key");

    /// What the write-ahead log and its checkpoint may need.
    private static final long MIN_FREE_BYTES = 200_000_000;

    private static final Duration CLOCKS = Duration.ofSeconds(5);

    private final Invocation in;
    private final LocalTasks.Examine database;
    private final String version;
    private boolean wrong;

    private DoctorCommand(Invocation in, LocalTasks.Examine database, String version) {
        this.in = in;
        this.database = database;
        this.version = version;
    }

    /// @param version what `--version` prints
    static CommandSpec command(LocalTasks.Examine database, String version) {
        return CommandBuilder.local("doctor")
                .help(
                        "Check the installation on this machine, and say what to do about each problem.",
                        "",
                        "Give it the options and variables of the server, and run it as the server's user. It checks"
                                + " the settings, the modes of files, the disk, the database with its schema, its version"
                                + " and its settings, the same of each cell, the clocks, tenants whose writes are refused"
                                + " because a move was interrupted, and whether the server answers and is ready. It"
                                + " changes nothing. Exit code 1 if something is wrong.")
                .examples("muster doctor --data /var/lib/muster")
                .with(LocalCommands.inputs(Setting.SERVER_SETTINGS))
                .runs(in -> new DoctorCommand(in, database, version)
                        .examine(LocalCommands.settings(in, Setting.SERVER_SETTINGS)));
    }

    private void fine(String what) {
        in.say("ok       " + what);
    }

    private void warn(String what) {
        in.say("warning  " + what);
    }

    private void wrong(String what) {
        wrong = true;
        in.say("wrong    " + what);
    }

    private int examine(Settings settings) throws IOException {
        Config config;
        try {
            config = settings.read(settings.data());
        } catch (ConfigurationException e) {
            wrong("settings: " + e.getMessage());
            return Exit.REFUSED.code();
        }
        fine("settings");
        config.warnings().forEach(this::warn);
        data(config);
        database(config);
        server(config);
        return wrong ? Exit.REFUSED.code() : 0;
    }

    private void data(Config config) throws IOException {
        Path data = config.data();
        if (!Files.isDirectory(data)) {
            warn(data + " does not exist; the first start of the server creates it");
            return;
        }
        if (!Files.isReadable(data) || !Files.isWritable(data) || !Files.isExecutable(data)) {
            wrong(data + " cannot be read and written by this user: run doctor as the server's user");
            return;
        }
        boolean modes = onlyForOwner(data, "700", OwnerOnly.isOpenToOthers(data));
        for (String name : KEYS) {
            modes &= isKeyPrivate(data.resolve(name));
        }
        if (config.masterKeyGiven()) {
            modes &= isKeyPrivate(config.masterKeyFile());
        }
        if (modes) {
            fine("modes of " + data + " and of the keys");
        }
        if (config.storage() instanceof Storage.Sqlite) {
            Path database = data.resolve("muster.db");
            if (Files.exists(database) && !Files.exists(config.masterKeyFile())) {
                wrong(config.masterKeyFile() + " is missing, and " + database
                        + " cannot be opened without it: restore it from where you keep it");
            }
            disk(config);
        }
        clock(data);
    }

    private void database(Config config) {
        if (config.storage() instanceof Storage.Sqlite(var folder) && !Files.isDirectory(folder)) {
            return;
        }
        for (LocalTasks.Finding finding : database.examine(config, in.shell().clock())) {
            switch (finding.severity()) {
                case OK -> fine(finding.text());
                case WARNING -> warn(finding.text());
                case WRONG -> wrong(finding.text());
            }
        }
    }

    private boolean isKeyPrivate(Path key) throws IOException {
        return !Files.exists(key) || onlyForOwner(key, "600", OwnerOnly.isSecretOpenToOthers(key));
    }

    private boolean onlyForOwner(Path file, String mode, boolean open) throws IOException {
        if (open) {
            wrong("others can read or write " + file + " (mode " + OwnerOnly.mode(file) + "): chmod " + mode + " "
                    + file);
            return false;
        }
        return true;
    }

    private void disk(Config config) throws IOException {
        // A FileStore would need the mount point, which a chroot may hide.
        long free = config.data().toFile().getUsableSpace();
        String megabytes = String.format(Locale.ROOT, "%,d MB", free / 1_000_000);
        if (free < config.diskFloorBytes() + MIN_FREE_BYTES) {
            wrong("only " + megabytes + " are free for " + config.data() + ": make room for "
                    + String.format(Locale.ROOT, "%,d MB", (config.diskFloorBytes() + MIN_FREE_BYTES) / 1_000_000)
                    + ", or evidence and then all writes are refused");
        } else {
            fine("disk: " + megabytes + " are free for " + config.data());
        }
    }

    /// A clock that is behind the server's own files was set back.
    private void clock(Path data) throws IOException {
        Instant latest = Instant.MIN;
        for (String name : List.of("muster.db", "muster.db-wal", "checkpoints")) {
            Path file = data.resolve(name);
            if (Files.exists(file)) {
                Instant modified = Files.getLastModifiedTime(file).toInstant();
                latest = modified.isAfter(latest) ? modified : latest;
            }
        }
        if (latest.isAfter(in.now().plus(CLOCKS))) {
            wrong("the clock is behind " + data + ", which was written at " + latest
                    + ": set it, or writes are refused until then");
        } else {
            fine("clock");
        }
    }

    private void server(Config config) {
        String url = url(config);
        try (ApiClient client =
                ServerTarget.of(url, "", null, null, in.shell().environment()).client()) {
            ApiReply ready = client.send(ApiRequest.outside("/health/ready"));
            if (!ready.isGranted()) {
                wrong("the server at " + url + " is not ready: "
                        + (ready.json().hasNonNull("reason")
                                ? JsonText.of(ready.json(), "reason")
                                : "storage does not answer, or it is about to stop; the log has the reason"));
                return;
            }
            ApiReply document = client.send(ApiRequest.outside("/openapi.json"));
            String running = "muster " + JsonText.of(document.granted().json().path("info"), "version");
            if (running.equals(version)) {
                fine("the server at " + url + " is ready: " + running);
            } else {
                warn("the server at " + url + " is ready, but it is " + running + ", and this program is " + version
                        + ": restart it after an upgrade");
            }
        } catch (CommandException e) {
            wrong(String.valueOf(e.getMessage()));
        }
    }

    /// Where clients on this machine reach the server.
    private static String url(Config config) {
        if (config.publicUrl() != null) {
            return config.publicUrl().toString();
        }
        String host = List.of("0.0.0.0", "::", "[::]").contains(config.host()) ? "127.0.0.1" : config.host();
        return (config.tls() == null ? "http://" : "https://")
                + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + config.port();
    }
}
