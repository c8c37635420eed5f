package dev.muster.cli;

import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.config.Config;
import dev.muster.config.Config.Storage;
import dev.muster.config.DataFolder;
import dev.muster.config.Setting;
import dev.muster.config.Settings;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// Defines the commands that open the database in this process: `muster serve` and `muster migrate`.
final class LocalCommands {
    private LocalCommands() {}

    static CommandSpec serve(LocalTasks.Serve serve) {
        return CommandBuilder.local("serve")
                .help(
                        "Run the server until it is told to stop (SIGTERM, or Ctrl-C).",
                        "",
                        "Without options it serves http://127.0.0.1:8080 from an embedded database in the folder data. Every option can be set in the environment instead, under the name beneath it."
                                + " The root key, any text of at least 32 printable characters without spaces, can"
                                + " only be set there: MUSTER_ROOT_KEY.")
                .examples(
                        "muster serve --demo",
                        "muster serve --data /var/lib/muster --host 0.0.0.0 --tls-cert chain.pem --tls-key key.pem",
                        "MUSTER_ROOT_KEY=$(cat root.key)"
                                + " MUSTER_DATABASE='jdbc:postgresql://db/muster?user=muster&password=…' \\",
                        "  muster serve --master-key-file master.key")
                .with(inputs(Setting.SERVER_SETTINGS))
                .runs(in -> serve(settings(in, Setting.SERVER_SETTINGS), serve));
    }

    static CommandSpec migrate(LocalTasks.Migrate migrate) {
        return CommandBuilder.local("migrate")
                .help(
                        "Bring a database to this version's schema.",
                        "",
                        "Servers of the previous version may keep running meanwhile. It connects to the database directly,"
                                + " not through a pooler, and asks no server.")
                .examples(
                        "MUSTER_DATABASE='jdbc:postgresql://db/muster?user=muster&password=…' muster migrate",
                        "muster migrate --data /var/lib/muster")
                .with(inputs(Setting.STORAGE_SETTINGS))
                .runs(in -> migrate(in, migrate));
    }

    static Input[] inputs(Set<Setting> settings) {
        return settings.stream().map(LocalCommands::input).toArray(Input[]::new);
    }

    private static Input input(Setting setting) {
        String help = String.join("\n", setting.help());
        String label = setting.label();
        if (label == null) {
            return Input.flag(setting.option(), help);
        }
        return label.equals("FILE") ? Input.file(setting.option(), help) : Input.option(setting.option(), label, help);
    }

    static Settings settings(Invocation in, Set<Setting> settings) {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        for (Setting setting : settings) {
            Input input = input(setting);
            if (in.has(input)) {
                given.put(setting, in.word(input));
            }
        }
        return new Settings(given, in.shell().environment());
    }

    private static int serve(Settings settings, LocalTasks.Serve serve) throws Exception {
        if (settings.isDemo()) {
            return demonstrate(settings, serve);
        }
        Config config = settings.read(settings.data());
        DataFolder.open(config.data());
        return serve.serve(config);
    }

    private static int migrate(Invocation in, LocalTasks.Migrate migrate) throws Exception {
        Storage storage = settings(in, Setting.STORAGE_SETTINGS).storage();
        if (storage instanceof Storage.Sqlite(var folder)) {
            DataFolder.open(folder);
        }
        LocalTasks.Migrated migrated = migrate.migrate(storage);
        in.say(text(migrated));
        return 0;
    }

    /// Says what a migration did.
    static String text(LocalTasks.Migrated migrated) {
        return migrated.from() == migrated.to()
                ? "The schema is at version " + migrated.to() + " already."
                : "The schema went from version " + migrated.from() + " to " + migrated.to() + ".";
    }

    /// Runs a server with a temporary data folder, which is deleted after the server has stopped. The process does
    /// not exit before then, since a signal only tells the server to stop.
    private static int demonstrate(Settings settings, LocalTasks.Serve serve) throws Exception {
        Path folder = DataFolder.createTemporary();
        try {
            return serve.serve(settings.read(folder));
        } finally {
            DataFolder.delete(folder);
        }
    }
}
