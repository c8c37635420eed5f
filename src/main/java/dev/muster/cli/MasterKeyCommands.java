package dev.muster.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "master-key",
        description = "The key that wraps every realm's key. These commands need the root key.",
        synopsisSubcommandLabel = "COMMAND")
final class MasterKeyCommands {

    @Command(
            name = "rotate",
            description = {
                "Let the running server make a new master key and wrap every realm's key with it.",
                "",
                "Older master keys stay in the file, since backups may still need them. Keep a copy of the file apart"
                        + " from the backups.",
                ""
            },
            footerHeading = "%nExamples:%n",
            footer = "  MUSTER_KEY=$(cat data/root.key) muster master-key rotate")
    int rotate(@Mixin Remote remote) {
        Reply rotated = remote.ask(Call.post("master-key", "rotate").unhurried());
        return remote.print(
                rotated,
                (display, answer) -> display.println("Master key " + Reply.text(answer, "masterKey") + " now wraps "
                        + Reply.text(answer, "realmsRewrapped") + " realms."));
    }
}
