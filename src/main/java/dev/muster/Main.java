package dev.muster;

import dev.muster.cli.CommandException;
import dev.muster.cli.CommandException.Exit;
import dev.muster.cli.Commands;
import dev.muster.cli.Functions;
import dev.muster.cli.Shell;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// The composition root: the only class that sees all packages.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new Commands(Shell.ofProcess(), functions(), version()).run(args));
    }

    private static Functions functions() {
        return new Functions(
                _ -> {
                    logEverythingInOnePlace();
                    throw notBuiltYet();
                },
                _ -> {
                    logEverythingInOnePlace();
                    throw notBuiltYet();
                },
                _ -> {
                    throw notBuiltYet();
                });
    }

    private static CommandException notBuiltYet() {
        return new CommandException(Exit.BUG, "not built yet");
    }

    /// pgjdbc logs to java.util.logging, whose own handler would write lines that are not JSON.
    private static void logEverythingInOnePlace() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /// The version as the jar's manifest says it, so that it stands in one place only: pom.xml.
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "muster " + (version == null ? "(not run from its jar)" : version);
    }
}
