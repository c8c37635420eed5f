package dev.muster.cli;

import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.InputFile;
import dev.muster.config.Config.Storage;
import dev.muster.config.DataFolder;
import dev.muster.config.Secret;
import dev.muster.config.Setting;
import dev.muster.config.Settings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// Defines `muster tenant export` and `muster tenant import`, which work on the database directly.
final class TenantFileCommands {
    static final String VARIABLE = "MUSTER_TRANSFER_KEY";

    private static final Input TO =
            Input.file("--to", "The file to write. It must not exist.").required();
    private static final Input FILE =
            Input.parameter("FILE", "What muster tenant export wrote.").type(Input.Type.FILE);

    /// The key is not accepted as an argument, because other users of the machine can see arguments.
    private static final Input KEY_FILE = Input.file(
            "--transfer-key-file",
            "File with the key that protects FILE, accessible only to its owner; else " + VARIABLE
                    + "_FILE, else the key" + " itself in " + VARIABLE + ".");

    /// The settings that determine where the database and its master keys are.
    private static final Set<Setting> DATABASE = EnumSet.of(Setting.DATA, Setting.DATABASE, Setting.MASTER_KEY_FILE);

    private TenantFileCommands() {}

    static CommandSpec exporting(Input partner, LocalTasks.TenantFiles files) {
        return CommandBuilder.local("export")
                .help(
                        "Write a tenant to a file: a backup of it, or to move it to another database.",
                        "",
                        "It reads the database directly, as of one moment; the server may run and goes on writing. Give it"
                                + " the database and the master key of the server, and run it as the server's user. The"
                                + " file has both realms with their keys, journals and evidence. It is sealed with the"
                                + " transfer key, which openssl rand -base64 32 makes: keep it apart from the file, since"
                                + " both together open everything in it.")
                .examples(
                        "(umask 077; openssl rand -base64 32 > transfer.key)",
                        "muster tenant export acme --to acme.tenant --transfer-key-file transfer.key --data"
                                + " /var/lib/muster")
                .with(partner, TO, KEY_FILE)
                .with(LocalCommands.inputs(DATABASE))
                .runs(in -> {
                    Settings settings = LocalCommands.settings(in, DATABASE);
                    Path to = InputFile.path(TO.name(), in.word(TO));
                    long rows = files.exportTenant(file(in, settings, to), in.word(partner));
                    in.say("Exported " + in.word(partner) + ", " + count(rows) + ", to " + to + ".");
                    return 0;
                });
    }

    static CommandSpec importing(LocalTasks.TenantFiles files) {
        return CommandBuilder.local("import")
                .help(
                        "Write a tenant from a file to a database that does not have it.",
                        "",
                        "It writes to the database directly, all of the tenant or nothing. Keys, tokens, ids and numbers"
                                + " stay valid, and the journal's chain continues. With PostgreSQL the servers may run;"
                                + " an embedded database's server must be stopped. An empty database gets its schema. Run"
                                + " it as the server's user. Stop the tenant's use of the database that it came from first:"
                                + " otherwise each copy continues by itself, and both call its webhooks.")
                .examples(
                        "muster tenant import acme.tenant --transfer-key-file transfer.key --data /var/lib/muster",
                        "MUSTER_DATABASE='jdbc:postgresql://db/muster?user=muster&password=…' \\",
                        "  muster tenant import acme.tenant --transfer-key-file transfer.key --master-key-file master.key")
                .with(FILE, KEY_FILE)
                .with(LocalCommands.inputs(DATABASE))
                .runs(in -> importFile(in, files));
    }

    private static int importFile(Invocation in, LocalTasks.TenantFiles files) {
        Settings settings = LocalCommands.settings(in, DATABASE);
        Path from = InputFile.readable(FILE.label(), in.word(FILE));
        LocalTasks.TenantFile file = file(in, settings, from);
        String next = switch (file.storage()) {
            case Storage.Sqlite(var folder) -> {
                DataFolder.open(folder);
                yield " Start the server now.";
            }
            case Storage.Postgres _ -> " Running servers have it now.";
        };
        LocalTasks.Imported imported = files.importTenant(file);
        in.say("Imported " + imported.partnerId() + ", " + count(imported.rows()) + "." + next);
        return 0;
    }

    private static String count(long rows) {
        return String.format(Locale.ROOT, "%,d rows", rows);
    }

    private static LocalTasks.TenantFile file(Invocation in, Settings settings, Path file) {
        Map<String, String> environment = in.shell().environment();
        String named = environment.getOrDefault(VARIABLE + "_FILE", "");
        String text = environment.getOrDefault(VARIABLE, "");
        Path keyFile = in.has(KEY_FILE)
                ? InputFile.path(KEY_FILE.name(), in.word(KEY_FILE))
                : named.isEmpty() ? null : InputFile.path(VARIABLE + "_FILE", named);
        if (keyFile == null && text.isEmpty()) {
            throw CommandException.usage(KEY_FILE.name() + " is missing, and so are " + VARIABLE + " and " + VARIABLE
                    + "_FILE: a tenant's file is always sealed");
        }
        return new LocalTasks.TenantFile(
                file, settings.storage(), settings.masterKeyFile(), keyFile, keyFile == null ? new Secret(text) : null);
    }
}
