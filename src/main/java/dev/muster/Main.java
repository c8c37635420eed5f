package dev.muster;

import dev.muster.cli.Commands;
import dev.muster.cli.LocalTasks;
import dev.muster.cli.shell.NativeText;
import dev.muster.cli.shell.Shell;

/// The composition root: the only class that sees all packages.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        ShutdownSignal stop = new ShutdownSignal();
        int code = new Commands(Shell.ofProcess(), localTasks(stop), "muster " + Version.text())
                .run(NativeText.arguments(args));
        stop.finish(code);
        System.exit(code);
    }

    private static LocalTasks localTasks(ShutdownSignal stop) {
        return new LocalTasks(
                config -> {
                    stop.listen();
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
