package dev.muster.cli;

import static dev.muster.cli.command.CommandBuilder.local;
import static dev.muster.cli.command.CommandBuilder.server;

import dev.muster.cli.client.ApiRequest;
import dev.muster.cli.command.CommandBuilder;
import dev.muster.cli.command.Input;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.JsonText;
import dev.muster.config.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// Defines `muster master-key`, which replaces the key that wraps every realm's key: in one step on a server that owns
/// its key file, in two steps on servers that share a database.
final class MasterKeyCommands {
    private static final Input ID =
            Input.parameter("ID", "The id of a master key that is in the file of every server.");

    /// The settings that determine where the key file is.
    private static final Set<Setting> FILE = EnumSet.of(Setting.DATA, Setting.MASTER_KEY_FILE);

    private MasterKeyCommands() {}

    static CommandSpec all(LocalTasks.AddMasterKey addMasterKey) {
        return CommandBuilder.group(
                "master-key",
                List.of("The key that wraps every realm's key. All commands except add need the root key."),
                local("add")
                        .help(
                                "Append a new key to a master key file and print its id. Asks no server.",
                                "",
                                "The key is not used yet. Copy the file to every server that shares the database, or"
                                        + " update the secret that is mounted into them; no server has to be restarted."
                                        + " Then run muster master-key use.")
                        .examples("muster master-key add --master-key-file /etc/muster/master.key")
                        .with(LocalCommands.inputs(FILE))
                        .runs(in -> add(in, addMasterKey)),
                server("rotate")
                        .help(
                                "Let the running server make a new master key and wrap every realm's key with it. Only"
                                        + " with the embedded database.",
                                "",
                                "Older master keys stay in the file, since backups may still need them. Keep a copy of the"
                                        + " file apart from the backups.")
                        .examples("MUSTER_KEY=$(cat data/root.key) muster master-key rotate")
                        .runs(in -> wrap(in, ApiRequest.post("master-key", "rotate"))),
                server("use")
                        .help(
                                "Let the running server read its master key file again and wrap every realm's key with"
                                        + " one of the keys in it.",
                                "",
                                "The file of every server must have the key by then. Servers read their files again when"
                                        + " they meet a key that they have not loaded. Put the key first in the files"
                                        + " afterwards: the first one is used for new realms after a restart.")
                        .examples("MUSTER_KEY=$(cat root.key) muster master-key use 5f0c2a91d4b7e683")
                        .with(ID)
                        .runs(in -> wrap(in, ApiRequest.post("master-key", in.word(ID), "use"))));
    }

    private static int add(Invocation in, LocalTasks.AddMasterKey addMasterKey) {
        in.say(addMasterKey.add(LocalCommands.settings(in, FILE).masterKeyFile()));
        return 0;
    }

    private static int wrap(Invocation in, ApiRequest request) {
        return in.print(
                in.ask(request.withoutTimeout()),
                (printer, wrapped) -> printer.println("Master key " + JsonText.of(wrapped, "masterKey") + " now wraps "
                        + JsonText.of(wrapped, "realmsRewrapped") + " realms."));
    }
}
