package dev.muster;

import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// The composition root: the only class that sees all packages.
@Command(
        name = "muster",
        description = "The register of who is in good standing.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main implements Runnable {

    public static void main(String[] args) {
        logEverythingInOnePlace();
        System.exit(new CommandLine(new Main()).execute(args));
    }

    /// Without a command there is nothing to do but to say what there is.
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /// pgjdbc logs to java.util.logging, whose own handler would write lines that are not JSON.
    private static void logEverythingInOnePlace() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /// The version as the jar's manifest says it, so that it stands in one place only: pom.xml.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"muster " + (version == null ? "(not run from its jar)" : version)};
        }
    }
}
