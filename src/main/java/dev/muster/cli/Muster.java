package dev.muster.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The root of all commands, which [Commands] hangs below it.
@Command(
        name = "muster",
        description = "The register of who is in good standing.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster serve --demo                 try it out, with data that is thrown away",
            "  muster serve                        serve from the folder data",
            "  muster user list --status suspended",
            "  muster user hold email:ann@example.org suspended --until 7d --reason chargeback",
            "  muster user hold --help             every command explains itself",
            "",
            "Commands ask the server at MUSTER_URL (default http://127.0.0.1:8080) with the key MUSTER_KEY, or those that",
            "muster login saved.",
            "Exit codes: 0 done, 1 refused, 2 not understood, 3 no server answers, 70 a fault of Muster's own."
        })
final class Muster implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            order = 110,
            description = "Show this help and exit.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            order = 111,
            description = "Print the version and exit.")
    boolean version;

    @Spec
    CommandSpec spec = CommandSpec.create();

    /// Without a command there is nothing to do but to say what there is.
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
