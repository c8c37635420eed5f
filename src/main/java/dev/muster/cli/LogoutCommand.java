package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "logout",
        description = {
            "Delete a profile that muster login saved.",
            "",
            "The key itself goes on working; muster key revoke ends it.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  muster logout", "  muster logout --profile production"})
final class LogoutCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "The profile's name; else MUSTER_PROFILE, else " + Profiles.DEFAULT + ".")
    @Nullable
    String profile;

    LogoutCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        String variable =
                shell.environment().getOrDefault(Profiles.VARIABLE, "").strip();
        String name = profile != null ? profile : variable.isEmpty() ? Profiles.DEFAULT : variable;
        if (!new Profiles(shell.environment()).delete(name)) {
            throw new CommandException(Exit.REFUSED, "there is no profile " + name);
        }
        shell.out().println("Deleted the profile " + name + ".");
        return 0;
    }
}
