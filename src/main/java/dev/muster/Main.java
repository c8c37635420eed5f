package dev.muster;

import dev.muster.cli.Commands;
import dev.muster.cli.LocalTasks;
import dev.muster.cli.shell.NativeText;
import dev.muster.cli.shell.Shell;

/// The composition root: the only class that sees all packages.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Stop stop = new Stop();
        int code = new Commands(Shell.ofProcess(), functions(stop), "muster " + Version.text())
                .run(NativeText.arguments(args));
        stop.finish(code);
        System.exit(code);
    }

    private static LocalTasks functions(Stop stop) {
        return new LocalTasks(
                config -> {
                    try (Log _ = Log.open()) {
                        return new Serve(config, System.out, stop).run();
                    }
                },
                storage -> {
                    try (Log _ = Log.open()) {
                        return Migrating.migrate(storage);
                    }
                },
                ExportFile::verify);
    }
}
