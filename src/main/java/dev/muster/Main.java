package dev.muster;

import dev.muster.cli.Commands;
import dev.muster.cli.Functions;
import dev.muster.cli.Shell;

/// The composition root: the only class that sees all packages.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        ShutdownSignal stop = new ShutdownSignal();
        int code =
                new Commands(Shell.ofProcess(), functions(stop), "muster " + Version.text()).run(Shell.arguments(args));
        stop.finish(code);
        System.exit(code);
    }

    private static Functions functions(ShutdownSignal stop) {
        return new Functions(
                config -> {
                    try (Log _ = Log.open()) {
                        return new Serve(config, System.out, stop).run();
                    }
                },
                storage -> {
                    try (Log _ = Log.open()) {
                        return Migration.migrate(storage);
                    }
                },
                ExportFile::verify);
    }
}
